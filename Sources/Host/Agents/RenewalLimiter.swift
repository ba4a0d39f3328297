import Foundation
import Synchronization

/// How often one envoy may have a certificate signed: each one is a record in the audit log for ever, and an envoy that
/// somebody took over must not fill the disk with them.
final class RenewalLimiter: Sendable {
    private let limit: Int
    private let window: TimeInterval
    private let renewals = Mutex<[UUID: [Date]]>([:])

    /// An agent whose answers get lost tries again at each check-in.
    init(limit: Int = 6, window: TimeInterval = 3600) {
        self.limit = limit
        self.window = window
    }

    /// Whether one more is allowed; it is counted then.
    func admits(_ envoy: UUID, at now: Date) -> Bool {
        renewals.withLock { renewals in
            let recent = renewals[envoy, default: []].filter { now.timeIntervalSince($0) < window }
            guard recent.count < limit else { return false }
            renewals[envoy] = recent + [now]
            return true
        }
    }
}
