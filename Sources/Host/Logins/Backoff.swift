import Foundation

/// How long somebody waits after so many failures: nothing for the first few, then twice as long each time, up to a limit.
struct Backoff: Sendable, Equatable {
    let free: Int
    let first: TimeInterval
    let longest: TimeInterval

    func delay(after failures: Int) -> TimeInterval {
        guard failures >= free else { return 0 }
        // 2^30 seconds is longer than any limit.
        return min(longest, first * Double(1 << min(failures - free, 30)))
    }
}
