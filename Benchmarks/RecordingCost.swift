import Foundation
import Lab

/// What it costs that sessions are recorded: the same server with recording off and on, bulk output and keystrokes. The machine's disk
/// is part of it.
struct RecordingCost {
    let keys: Int
    let bytes: Int
    let lines: Int
    let rounds: Int

    private struct Result {
        var zeros: [Double] = []
        var lines: [Double] = []
        var echo: [Double] = []
    }

    func measure(into report: Report) async throws {
        var results: [(name: String, result: Result)] = []
        for (name, isOn) in [("off", false), ("on", true)] {
            var result = Result()
            let configuration = "  recording_enabled: \(isOn)\n  recording_min_free_mib: 1\n"
            try await Lab.with(configuration: configuration) { lab in
                let terminal = try await lab.openShell()
                for round in 0..<rounds {
                    let zeros = "stty raw -echo; head -c \(bytes) /dev/zero; stty sane"
                    result.zeros.append(try await time(zeros, until: "zeros-\(round)", terminal))
                    result.lines.append(try await time("seq 1 \(lines)", until: "lines-\(round)", terminal))
                }
                result.echo = try await echoes(terminal)
                terminal.type("exit\r")
                _ = try await terminal.exitStatus()
            }
            results.append((name, result))
        }
        let lineBytes = (1...lines).reduce(0) { $0 + String($1).utf8.count + 2 }
        let base = results[0].result
        report.section(
            "Recording (head -c \(bytes / 1_000_000)M /dev/zero, seq 1 \(lines), \(keys) keys; \(rounds) rounds)",
            ["recording", "zeros", "ratio", "lines", "ratio", "echo p50", "echo p99", "p50 ratio"],
            results.map { name, result in
                let (zeros, lines) = (result.zeros.percentile(0.5), result.lines.percentile(0.5))
                return [
                    name, format(Double(bytes) / zeros / 1000, 0) + " MB/s", format(base.zeros.percentile(0.5) / zeros),
                    format(Double(lineBytes) / lines / 1000, 1) + " MB/s", format(base.lines.percentile(0.5) / lines),
                    format(result.echo.percentile(0.5), 0) + " µs", format(result.echo.percentile(0.99), 0) + " µs",
                    format(result.echo.percentile(0.5) / base.echo.percentile(0.5)),
                ]
            },
            notes: [
                "Goal: lines at least 0.90, echo at most 1.10. A zero takes six bytes in a recording: there the disk decides."
            ]
        )
    }

    /// In milliseconds. `word` says that it is done, and stands nowhere on the screen yet.
    private func time(_ command: String, until word: String, _ terminal: TerminalProgram) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        terminal.type("\(command); echo \(word.prefix(1))''\(word.dropFirst())\r")
        guard terminal.waitForEnding("\(word)\r\n", seconds: 600) else {
            throw NeverHappened(description: "\(command) stopped after \(terminal.totalReceived) bytes")
        }
        let elapsed = milliseconds(clock.now - start)
        // The prompt, before the next.
        terminal.type("clear\r")
        try await Task.sleep(for: .seconds(1))
        return elapsed
    }

    /// In microseconds.
    private func echoes(_ terminal: TerminalProgram) async throws -> [Double] {
        terminal.type("cat >/dev/null\r")
        try await Task.sleep(for: .milliseconds(300))
        let clock = ContinuousClock()
        var times: [Double] = []
        for key in 0..<keys {
            let before = terminal.totalReceived
            let start = clock.now
            terminal.type(key % 64 == 63 ? "\r" : "x")
            guard terminal.waitForMore(than: before) else { throw NeverHappened(description: "no echo") }
            times.append(milliseconds(clock.now - start) * 1000)
            usleep(2000)
        }
        terminal.type("\r\u{4}")
        return times
    }
}
