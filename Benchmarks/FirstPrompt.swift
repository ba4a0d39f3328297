import Lab

/// From typing the command to the first prompt.
struct FirstPrompt {
    let rounds: Int

    func measure(_ peers: Peers, into report: Report) async throws {
        var times: [Peers.Way: [Double]] = [:]
        for _ in 0..<rounds {
            for way in Peers.Way.allCases {
                let clock = ContinuousClock()
                let start = clock.now
                let terminal = try peers.openShell(way)
                times[way, default: []].append(milliseconds(clock.now - start))
                try await peers.close(terminal)
            }
        }
        let plain = times[.direct, default: []].percentile(0.5)
        report.section(
            "Time to first prompt (\(rounds) rounds)",
            ["way", "p50", "p90", "ratio to plain ssh"],
            Peers.Way.allCases.map { way in
                let samples = times[way, default: []]
                return [
                    way.rawValue, format(samples.percentile(0.5), 0) + " ms",
                    format(samples.percentile(0.9), 0) + " ms",
                    format(samples.percentile(0.5) / plain),
                ]
            },
            notes: ["Goal: at most 2.00."]
        )
    }
}

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}
