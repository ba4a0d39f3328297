/// How much text may be told: a burst at once, then so much a second. Text that a person could have read is told whole; a flood is
/// not, whatever the target sends. Time is passed in.
struct TextBudget {
    private let burst: Double
    private let perSecond: Double
    private var left: Double
    private var last = 0.0

    init(burst: Int, perSecond: Int) {
        self.burst = Double(burst)
        self.perSecond = Double(perSecond)
        left = Double(burst)
    }

    mutating func refill(at seconds: Double) {
        left = min(burst, left + max(0, seconds - last) * perSecond)
        last = seconds
    }

    var isSpent: Bool { left <= 0 }

    /// False when there is nothing left; the last line may be longer than what is.
    mutating func take(_ count: Int) -> Bool {
        guard !isSpent else { return false }
        left -= Double(count)
        return true
    }
}
