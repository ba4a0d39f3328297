/// How long to wait before a request is made once more.
enum Retry {
    private static let first = Duration.milliseconds(100)
    private static let longest = Duration.seconds(5)

    /// - Parameters:
    ///   - attempts: those that failed.
    ///   - asked: by the server, which knows better.
    ///   - random: 0 to 1, so that many do not come at once.
    static func delay(after attempts: Int, asked: Duration?, random: Double) -> Duration {
        if let asked { return asked }
        return min(first * (1 << min(max(attempts - 1, 0), 16)), longest) * (0.5 + 0.5 * random)
    }

    /// 412: the server has not caught up yet; 472, 473: a standby.
    static func isWorthwhile(status: Int) -> Bool { [412, 429, 472, 473, 500, 502, 503, 504].contains(status) }
}
