import Foundation
import NIOCore
import Store
import Synchronization

/// Writes down who looked at which recording. A player fetches a file in many parts: that is one look.
final class RecordingViewings: Sendable {
    private struct Look: Hashable {
        let session: UUID
        let actor: String
        let how: String
    }

    private static let oneLook = TimeAmount.minutes(5)
    private static let remembered = 10_000

    private let store: Store
    private let looks = Mutex<[Look: NIODeadline]>([:])

    init(store: Store) { self.store = store }

    func note(_ row: ScrierSessionRecord, by actor: String, from address: String, how: String) async throws {
        let look = Look(session: row.id, actor: actor, how: how)
        let now = NIODeadline.now()
        let isNew = looks.withLock { looks in
            if let last = looks[look], now - last < Self.oneLook { return false }
            if looks.count >= Self.remembered { looks.removeAll() }
            return true
        }
        guard isNew else { return }
        let details = [
            "envoy": row.envoy.lowercased, "hostname": row.hostname, "user": row.user, "how": how, "client": address,
        ]
        try await store.append([
            AuditEvent(.recordingViewed, actor: actor, subject: row.id.lowercased, details: details)
        ])
        // Only what is on record counts as such.
        looks.withLock { $0[look] = now }
    }
}
