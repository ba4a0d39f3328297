/// How long to wait before the vault's worker is started again.
struct SecretsBackOff: Sendable {
    var first: Duration = .milliseconds(250)
    var longest: Duration = .seconds(30)
    /// A worker that ran that long was well; its end counts as the first.
    var healthy: Duration = .seconds(60)
    private var failures = 0

    /// After a run that lasted so long. The first restart is at once: a crash must not cost a login.
    mutating func next(after run: Duration) -> Duration {
        if run >= healthy { failures = 0 }
        failures += 1
        guard failures > 1 else { return .zero }
        return failures > 20 ? longest : min(longest, first * (1 << (failures - 2)))
    }

    mutating func reset() { failures = 0 }
}
