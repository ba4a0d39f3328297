/// How long to wait before the next attempt to connect: longer each time, and a random part of it, so that the thousands of
/// agents that lost their server in the same moment do not come back in the same second.
struct ReconnectBackoff: Sendable {
    /// How the attempt before ended.
    enum Ending: Sendable {
        /// The connection was there for a while: the server was well, and is perhaps only being restarted.
        case healthy
        /// Given up on purpose, to be made again with a new certificate.
        case renewed
        /// Nobody listens on the port: as long as a restart takes. That costs the server nothing.
        case refused
        /// Everything else, a connection that did not last included.
        case failed
    }

    /// What the first pause is at most.
    static let shortest = Duration.seconds(1)
    static let longest = Duration.seconds(60)
    static let longestRefused = Duration.seconds(10)
    /// After a connection that was healthy.
    static let firstAfterHealth = Duration.seconds(4)
    /// A connection that lasted that long was.
    static let health = Duration.seconds(30)

    private var attempts = 0

    /// `random` is from 0 to 1.
    mutating func next(after ending: Ending, random: Double = Double.random(in: 0...1)) -> Duration {
        switch ending {
        case .renewed:
            attempts = 0
            return Self.shortest * random
        case .healthy:
            attempts = 0
            return Self.firstAfterHealth * random
        case .refused, .failed:
            let longest = ending == .refused ? Self.longestRefused : Self.longest
            // 2^6 is already more than the longest.
            let ceiling = min(longest, Self.shortest * (1 << min(attempts, 6)))
            attempts += 1
            return ceiling * (0.5 + random / 2)
        }
    }
}
