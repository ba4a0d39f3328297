/// How long to wait before the vault's worker is started again.
struct SecretsBackOff: Sendable {
    var first: Duration = .milliseconds(250)
    var longest: Duration = .seconds(30)
    /// A worker that served so long was well whatever came before; its end counts as the first.
    var healthy: Duration = .seconds(60)
    /// So was one that served ten times as long as the vault had been away, and at least so long.
    var settled: Duration = .seconds(5)
    private var failures = 0
    private var pause: Duration = .zero

    /// After a run in which the worker answered for so long; zero for one that never did. The first restart is at once: a
    /// crash must not cost a login.
    mutating func next(after served: Duration) -> Duration {
        if served >= min(healthy, max(settled, pause * 10)) { failures = 0 }
        failures += 1
        pause = failures > 20 ? longest : failures > 1 ? min(longest, first * (1 << (failures - 2))) : .zero
        return pause
    }

    mutating func reset() {
        failures = 0
        pause = .zero
    }
}
