import Foundation
import Lab

// Side by side in one run: vigocli scrier ssh, plain ssh, and ssh through an `ssh -R` reverse tunnel, which is what people without
// Scrier use to reach a host behind a firewall. Ratios, because machines differ and are noisy.

let quick = CommandLine.arguments.contains("--quick")
let secrets = SecretsBench(secrets: 10_000, rounds: quick ? 50 : 500)
do {
    if CommandLine.arguments.contains("--recording") {
        let report = Report()
        report.environment()
        let (keys, bytes, lines) = quick ? (200, 100_000_000, 200_000) : (2000, 500_000_000, 1_000_000)
        try await RecordingCost(keys: keys, bytes: bytes, lines: lines, rounds: quick ? 1 : 3).measure(into: report)
        exit(0)
    }
    // By itself it needs no envoy.
    if CommandLine.arguments.contains("--secrets") {
        let report = Report()
        report.environment()
        try await secrets.measure(Programs(besides: Lab.programs), into: report)
        exit(0)
    }
    try await Lab.with(
        configuration:
            "  max_sessions: 40\nbootstrap:\n  trusted_enrollment: [{pattern: \"idle-*\", cidrs: [\"127.0.0.0/8\"]}]"
    ) { lab in
        let peers = try await Peers(lab)
        defer { peers.stop() }
        let report = Report()
        report.environment()
        let inBrowser = BrowserSpeed(keys: quick ? 100 : 500, lines: quick ? 200_000 : 1_000_000, rounds: quick ? 1 : 3)
        if CommandLine.arguments.contains("--browser") {
            return try await inBrowser.measure(peers, lab, into: report)
        }
        try await FirstPrompt(rounds: quick ? 5 : 20).measure(peers, into: report)
        try await KeystrokeEcho(keys: quick ? 200 : 2000).measure(peers, into: report)
        try await BulkOutput(bytes: quick ? 100_000_000 : 500_000_000, rounds: quick ? 1 : 3).measure(
            peers,
            into: report
        )
        try await SessionMemory(sessions: 10).measure(peers, into: report)
        try await WorkerStart(rounds: quick ? 10 : 50).measure(Programs(besides: Lab.programs), into: report)
        try await secrets.measure(Programs(besides: Lab.programs), into: report)
        try await EnvoyMemory(envoys: quick ? 50 : 500).measure(lab, into: report)
        try await inBrowser.measure(peers, lab, into: report)
    }
} catch {
    FileHandle.standardError.write(Data("The benchmark failed: \(error)\n".utf8))
    exit(1)
}
