import Foundation
import Lab

/// What somebody before a browser waits for. The measuring is done in the page; the same lines go through plain ssh beside it.
struct BrowserSpeed {
    let keys: Int
    let lines: Int
    let rounds: Int

    private struct Answer: Decodable {
        struct Visit: Decodable {
            let paint: Double
            let bytes: Int
        }
        struct Echo: Decodable {
            let p50: Double
            let p99: Double
        }
        let console: Visit
        let terminal: Visit
        let echo: Echo
        let lines: Double
    }

    func measure(_ peers: Peers, _ lab: Lab, into report: Report) async throws {
        let directory = URL(filePath: #filePath).appending(path: "../browser").standardizedFileURL
        let run = try Command.run(
            try Lab.browserPython(),
            ["-B", directory.appending(path: "measure.py").path, "\(keys)", "\(lines)", "\(rounds)"],
            environment: [
                "SCRIER_LAB": try await lab.writeBrowserFacts().path, "PYTHONPATH": Lab.browserTests.path,
                "HOME": lab.scratch.path,
            ]
        )
        guard run.status == 0, let answer = try? JSONDecoder().decode(Answer.self, from: Data(run.output.utf8)) else {
            throw NeverHappened(description: "the browser's measurements: \(run.errors.suffix(4000))")
        }
        let plain = try await throughSSH(peers)
        report.section(
            "In the browser (chromium, headless, nothing cached)",
            ["what", "measured"],
            [
                ["first paint, envoys", format(answer.console.paint, 0) + " ms"],
                ["first paint, terminal", format(answer.terminal.paint, 0) + " ms"],
                ["over the wire, envoys", format(Double(answer.console.bytes) / 1000, 0) + " kB"],
                ["over the wire, terminal with xterm.js", format(Double(answer.terminal.bytes) / 1000, 0) + " kB"],
                ["key to painted cell, p50", format(answer.echo.p50, 1) + " ms"],
                ["key to painted cell, p99", format(answer.echo.p99, 1) + " ms"],
                ["seq 1 \(lines), to the last line painted", format(answer.lines) + " s"],
                ["the same through plain ssh, read from its pty", format(plain) + " s"],
            ],
            notes: ["Goal: less than 400 kB over the wire. A frame is 16.7 ms, which a key waits for in any browser."]
        )
    }

    private func throughSSH(_ peers: Peers) async throws -> Double {
        var seconds: [Double] = []
        for _ in 0..<rounds {
            let terminal = try peers.openShell(.direct)
            terminal.type("seq 1 \(lines); echo the-e''nd\r")
            let clock = ContinuousClock()
            let start = clock.now
            guard terminal.waitForEnding("the-end\r\n", seconds: 300) else {
                throw NeverHappened(description: "the last of \(lines) lines through ssh")
            }
            seconds.append(milliseconds(clock.now - start) / 1000)
            try await peers.close(terminal)
        }
        return seconds.percentile(0.5)
    }
}
