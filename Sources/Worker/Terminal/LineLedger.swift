/// Which lines have been told: a line that stays on the screen, or moves up on it, is told once. What comes back after a minute is
/// told again, because somebody may look for the second time.
struct LineLedger {
    private var recent: Set<Int> = []
    private var older: Set<Int> = []
    private var turn = 0.0

    private static let interval = 30.0
    /// Hashes, so that memory is bounded whatever the lines are.
    private static let most = 8192

    /// True for a line that is new. One that is not is remembered for longer.
    mutating func isNew(_ line: String, at seconds: Double) -> Bool {
        if seconds - turn >= Self.interval || recent.count >= Self.most {
            older = recent
            recent = []
            turn = seconds
        }
        var hasher = Hasher()
        hasher.combine(line)
        let hash = hasher.finalize()
        let isKnown = recent.contains(hash) || older.contains(hash)
        recent.insert(hash)
        return !isKnown
    }
}
