package import Foundation
package import Logging
package import Store
import Synchronization
package import Trust

/// A number that grows whenever a secret may have changed, for whatever reason: agents that see a new one ask again.
///
/// It never goes back, not even when the database is restored from a backup: each growth jumps to the clock's seconds where
/// they are ahead of it. An agent may therefore refuse an older one for good.
package final class SecretsEpoch: Sendable {
    package enum Cause: Sendable, Equatable, CustomStringConvertible {
        case set(SecretKey)
        case deleted(SecretKey)
        /// The backend says that something changed, not what.
        case backend
        /// The policy was read.
        case load

        package var description: String {
            switch self {
            case .set(let key): "\(key) was set"
            case .deleted(let key): "\(key) was deleted"
            case .backend: "the backend reported a change"
            case .load: "the policy was loaded"
            }
        }
    }

    package typealias Observer = @Sendable (Cause, UInt64) async -> Void

    private let store: Store
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let epoch: Mutex<UInt64>
    private let observers = Mutex<[Observer]>([])

    package init(store: Store, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) async throws {
        self.store = store
        self.logger = logger
        self.now = now
        epoch = Mutex(try await store.secretsEpoch())
    }

    package var current: UInt64 { epoch.withLock { $0 } }

    /// Calls `observer` after each growth.
    package func onGrowth(_ observer: @escaping Observer) { observers.withLock { $0.append(observer) } }

    /// Returns once everybody who must know does. Works without a disk too: the change has happened already, and agents must not go on
    /// with what they have because it could not be counted.
    @discardableResult
    package func grow(why cause: Cause) async -> UInt64 {
        let now = now()
        let floor = max(current + 1, UInt64(max(0, now.timeIntervalSince1970)))
        var next = floor
        do {
            next = try await store.growSecretsEpoch(toAtLeast: floor, at: now)
        } catch {
            logger.error("the epoch of secrets was not stored", metadata: ["error": "\(error)"])
        }
        let grown = epoch.withLock { epoch in
            epoch = max(epoch + 1, next)
            return epoch
        }
        logger.info("secrets have a new epoch", metadata: ["epoch": "\(grown)", "why": "\(cause)"])
        for observer in observers.withLock({ $0 }) { await observer(cause, grown) }
        return grown
    }
}
