package import Foundation
package import Logging
import Synchronization

/// Who may shake hands on port 1530: holders of a certificate of our CA whose envoy is enrolled and not revoked.
///
/// The list of revoked envoys is kept here as well as in the store: a revocation counts from the moment it is made,
/// also for a handshake that asked the store a moment before.
package final class EnvoyAdmission: Sendable {
    /// Reads the envoy's UUID out of a chain that leads to our CA; throws for any other chain.
    package typealias Verify = @Sendable (_ chain: [[UInt8]]) async throws -> UUID
    /// Whether the envoy is enrolled, approved and not revoked.
    package typealias IsActive = @Sendable (UUID) async throws -> Bool

    private let verify: Verify
    private let isActive: IsActive
    private let logger: Logger
    private let closed = Mutex<Set<UUID>>([])

    package init(verify: @escaping Verify, isActive: @escaping IsActive, logger: Logger) {
        self.verify = verify
        self.isActive = isActive
        self.logger = logger
    }

    package func envoy(of chain: [[UInt8]]) async -> UUID? {
        do {
            let envoy = try await verify(chain)
            if isOpen(to: envoy), try await isActive(envoy) { return envoy }
            logger.notice("handshake refused: envoy is not active", metadata: ["envoy": "\(envoy.lowercased)"])
        } catch {
            logger.notice("handshake refused", metadata: ["reason": "\(error)"])
        }
        return nil
    }

    package func isOpen(to envoy: UUID) -> Bool {
        closed.withLock { !$0.contains(envoy) }
    }

    /// From now on, no handshake of this envoy succeeds.
    package func close(to envoy: UUID) {
        closed.withLock { _ = $0.insert(envoy) }
    }
}
