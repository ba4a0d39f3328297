/// When a token wants attention, and whether a renewal was worth it.
enum Renewal {
    /// At two thirds of its life, a little earlier by chance, so that many do not come at once.
    static func delay(of timeToLive: Duration, random: Double) -> Duration {
        max(timeToLive * 2 / 3 * (0.9 + 0.1 * random), .milliseconds(500))
    }

    /// After a renewal that could not be made.
    static func retryDelay(left: Duration) -> Duration { min(max(left / 4, .milliseconds(500)), .seconds(30)) }

    /// What the server grants shrinks as the token's maximal life comes near.
    static func isNearItsEnd(granted: Duration, first: Duration) -> Bool { granted < first / 2 }
}
