/// Whether the other side is still there: after a silence it is asked, and an answer that does not come ends the session.
struct Liveness {
    struct Limits {
        var silence: Duration = .seconds(20)
        var patience: Duration = .seconds(40)
    }

    enum Step: Equatable {
        case wait(Duration)
        case ask
        case dead
    }

    private let limits: Limits
    private var lastHeard: ContinuousClock.Instant
    private var askedAt: ContinuousClock.Instant?
    private var received: UInt64 = 0

    init(_ limits: Limits = Limits(), now: ContinuousClock.Instant) {
        self.limits = limits
        lastHeard = now
    }

    /// `received`: the total of bytes so far.
    mutating func step(received: UInt64, now: ContinuousClock.Instant) -> Step {
        if received != self.received {
            self.received = received
            lastHeard = now
            askedAt = nil
        }
        if let askedAt {
            let left = limits.patience - (now - askedAt)
            return left > .zero ? .wait(left) : .dead
        }
        let left = limits.silence - (now - lastHeard)
        guard left <= .zero else { return .wait(left) }
        askedAt = now
        return .ask
    }
}
