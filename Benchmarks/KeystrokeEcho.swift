import Foundation
import Lab

/// One key at a time, echoed by the remote terminal, in runs as people type them; the three ways take turns, so that noise
/// hits all alike.
struct KeystrokeEcho {
    let keys: Int

    private static let run = 25

    func measure(_ peers: Peers, into report: Report) async throws {
        let terminals = try Peers.Way.allCases.map { ($0, try peers.openShell($0)) }
        for (_, terminal) in terminals {
            // cat and the terminal driver's echo: no shell's line editing in the way.
            terminal.type("cat >/dev/null\r")
            try await Task.sleep(for: .milliseconds(300))
        }
        var times: [Peers.Way: [Double]] = [:]
        let clock = ContinuousClock()
        for _ in 0..<keys / Self.run {
            for (way, terminal) in terminals {
                for key in 1...Self.run {
                    let before = terminal.totalReceived
                    let start = clock.now
                    terminal.type(key == Self.run ? "\r" : "x")
                    guard terminal.waitForMore(than: before) else {
                        throw NeverHappened(description: "no echo by \(way.rawValue)")
                    }
                    times[way, default: []].append(milliseconds(clock.now - start) * 1000)
                    usleep(2000)
                }
            }
        }
        for (_, terminal) in terminals {
            terminal.type("\r\u{4}")
            try await peers.close(terminal)
        }
        let peer = times[.reverse, default: []]
        report.section(
            "Keystroke echo (\(keys) keys)",
            ["way", "p50", "p99", "p50 to ssh -R", "p99 to ssh -R"],
            Peers.Way.allCases.map { way in
                let samples = times[way, default: []]
                return [
                    way.rawValue, format(samples.percentile(0.5), 0) + " µs",
                    format(samples.percentile(0.99), 0) + " µs",
                    format(samples.percentile(0.5) / peer.percentile(0.5)),
                    format(samples.percentile(0.99) / peer.percentile(0.99)),
                ]
            },
            notes: ["Goal: p50 at most 1.50."]
        )
    }
}
