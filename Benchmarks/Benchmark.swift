import Lab

/// Everything, or a part of it, in one run.
struct Benchmark {
    let options: BenchmarkOptions
    private let report = Report()
    private var isQuick: Bool { options.isQuick }

    init(_ options: BenchmarkOptions) { self.options = options }

    func run() async throws {
        report.environment()
        let programs = Programs(besides: Lab.programs)
        if options.isWanted(.browser) {
            try await Lab.with(
                configuration:
                    "  max_sessions: 40\nbootstrap:\n  trusted_enrollment: [{pattern: \"idle-*\", cidrs: [\"127.0.0.0/8\"]}]"
            ) { lab in
                let peers = try await Peers(lab)
                defer { peers.stop() }
                if options.part == nil { try await terminals(peers, programs) }
                try await BrowserSpeed(
                    keys: isQuick ? 100 : 500,
                    lines: isQuick ? 200_000 : 1_000_000,
                    rounds: isQuick ? 1 : 3
                ).measure(peers, lab, into: report)
                // Last: a console that lists hundreds of envoys is another one.
                if options.part == nil {
                    try await EnvoyMemory(envoys: isQuick ? 50 : 500).measure(lab, into: report)
                }
            }
        }
        if options.isWanted(.secrets) {
            try await SecretsBench(secrets: 10_000, rounds: isQuick ? 50 : 500).measure(programs, into: report)
        }
        if options.isWanted(.recording) {
            let (keys, bytes, lines) =
                isQuick ? (200, 100_000_000, 200_000) : (2000, 500_000_000, 1_000_000)
            try await RecordingCost(keys: keys, bytes: bytes, lines: lines, rounds: isQuick ? 1 : 3)
                .measure(into: report)
        }
    }

    /// What an operator at a terminal waits for, and what the idle ones cost.
    private func terminals(_ peers: Peers, _ programs: Programs) async throws {
        try await FirstPrompt(rounds: isQuick ? 5 : 20).measure(peers, into: report)
        try await KeystrokeEcho(keys: isQuick ? 200 : 2000).measure(peers, into: report)
        try await BulkOutput(bytes: isQuick ? 100_000_000 : 500_000_000, rounds: isQuick ? 1 : 3).measure(
            peers,
            into: report
        )
        try await SessionMemory(sessions: 10).measure(peers, into: report)
        try await SessionMemory(sessions: 10, lines: 10_000).measure(peers, into: report)
        try await WorkerStart(rounds: isQuick ? 10 : 50).measure(programs, into: report)
    }
}
