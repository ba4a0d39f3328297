/// How long to wait before the next attempt to connect: twice as long each time, with jitter, so that a thousand
/// agents do not come back in the same second.
struct ReconnectBackoff: Sendable {
    static let shortest = Duration.seconds(1)
    static let longest = Duration.seconds(60)

    private var attempts = 0

    /// `random` is from 0 to 1.
    mutating func next(random: Double = Double.random(in: 0...1)) -> Duration {
        // 2^6 is already more than the longest.
        let ceiling = min(Self.longest, Self.shortest * (1 << min(attempts, 6)))
        attempts += 1
        return max(Self.shortest, ceiling * (0.5 + random / 2))
    }

    mutating func reset() {
        attempts = 0
    }
}
