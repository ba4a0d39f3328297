import Foundation
import Synchronization

/// How often one envoy may have something done that costs the server more than a call: an envoy that somebody took over must
/// not use it up. The defaults are for certificates, of which each is a record in the audit log for ever.
final class EnvoyLimiter: Sendable {
    private let limit: Int
    private let window: TimeInterval
    private let admitted = Mutex<[UUID: [Date]]>([:])

    /// An agent whose answers get lost tries again at each check-in.
    init(limit: Int = 6, window: TimeInterval = 3600) {
        self.limit = limit
        self.window = window
    }

    /// Whether one more is allowed; it is counted then.
    func admits(_ envoy: UUID, at now: Date) -> Bool {
        admitted.withLock { admitted in
            let recent = admitted[envoy, default: []].filter { now.timeIntervalSince($0) < window }
            guard recent.count < limit else { return false }
            admitted[envoy] = recent + [now]
            return true
        }
    }
}
