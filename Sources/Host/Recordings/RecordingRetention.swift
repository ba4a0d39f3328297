import Foundation
import Store

/// Which recordings have been kept long enough. A decision: what carries it out is the keeper.
struct RecordingRetention: Sendable, Equatable {
    var days: Int?
    var largest: UInt64?

    struct Kept: Equatable {
        var startedAt: Date
        var endedAt: Date?
        var bytes: Int
    }

    /// The positions of those that go, each with the reason, of a list whose oldest is first.
    func choose(from kept: [Kept], at now: Date) -> [(position: Int, reason: String)] {
        var chosen: [(position: Int, reason: String)] = []
        var total = kept.reduce(UInt64(0)) { $0 + UInt64(max(0, $1.bytes)) }
        for (position, recording) in kept.enumerated() {
            if let days, now.timeIntervalSince(recording.endedAt ?? recording.startedAt) > Double(days) * 86_400 {
                chosen.append((position, "older than \(days) \(days == 1 ? "day" : "days")"))
            } else if let largest, total > largest {
                chosen.append((position, "the oldest, and all together were larger than \(largest >> 30) GiB"))
            } else {
                continue
            }
            total -= UInt64(max(0, recording.bytes))
        }
        return chosen
    }
}
