import Lab

/// Megabytes a second from a remote command to the operator's terminal.
struct BulkOutput {
    let bytes: Int
    let rounds: Int

    func measure(_ peers: Peers, into report: Report) async throws {
        var rates: [Peers.Way: [Double]] = [:]
        for _ in 0..<rounds {
            for way in Peers.Way.allCases {
                let terminal = try peers.openShell(way)
                // Raw, so that the remote terminal driver does not work on each byte.
                terminal.type("stty raw -echo; head -c \(bytes) /dev/zero; stty sane; echo do''ne\r")
                let clock = ContinuousClock()
                let start = clock.now
                guard terminal.waitForEnding("done\r\n", seconds: 300) else {
                    throw NeverHappened(description: "\(way.rawValue) stopped after \(terminal.totalReceived) bytes")
                }
                rates[way, default: []].append(Double(bytes) / milliseconds(clock.now - start) / 1000)
                try await peers.close(terminal)
            }
        }
        let peer = rates[.reverse, default: []].percentile(0.5)
        report.section(
            "Bulk output (\(bytes / 1_000_000) MB through the terminal, \(rounds) rounds)",
            ["way", "MB/s", "ratio to ssh -R"],
            Peers.Way.allCases.map { way in
                let rate = rates[way, default: []].percentile(0.5)
                return [way.rawValue, format(rate, 0), format(rate / peer)]
            },
            notes: ["Goal: at least 1.00."]
        )
    }
}
