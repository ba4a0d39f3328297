package import Foundation
package import Logging
import Synchronization
package import Trust

/// Who may shake hands on port 1530: holders of the newest certificate of our CA for an envoy that is enrolled and not revoked.
///
/// The list of revoked envoys is kept here as well as in the store: a revocation counts from the moment it is made,
/// also for a handshake that asked the store a moment before. So is which certificate was used last.
package final class EnvoyAdmission: Sendable {
    /// Reads the envoy's certificate out of a chain that leads to our CA; throws for any other chain.
    package typealias Verify = @Sendable (_ chain: [[UInt8]]) async throws -> EnvoyCertificate
    package typealias Standing = @Sendable (EnvoyCertificate) async throws -> CertificateStanding

    /// Who has shown a good certificate. That it holds the key as well is known when the handshake is done.
    struct Peer: Sendable {
        let certificate: EnvoyCertificate
        let standing: CertificateStanding
        /// What was in use when the store was asked.
        fileprivate let newestBefore: String?

        var envoy: UUID { certificate.envoyID }
    }

    private struct State {
        var closed: Set<UUID> = []
        /// The serial of the newest certificate that was used.
        var newest: [UUID: String] = [:]
        var onFirstUse: (@Sendable (EnvoyCertificate) async -> Void)?
    }

    private let verify: Verify
    private let standing: Standing
    private let logger: Logger
    private let state = Mutex(State())

    package init(verify: @escaping Verify, standing: @escaping Standing, logger: Logger) {
        self.verify = verify
        self.standing = standing
        self.logger = logger
    }

    /// `action` is called when a newer certificate was used for the first time: older ones count for nothing from then on.
    package func onFirstUse(_ action: @escaping @Sendable (EnvoyCertificate) async -> Void) {
        state.withLock { $0.onFirstUse = action }
    }

    func peer(of chain: [[UInt8]]) async -> Peer? {
        do {
            let certificate = try await verify(chain)
            let envoy = certificate.envoyID
            let (isClosed, newest) = state.withLock { ($0.closed.contains(envoy), $0.newest[envoy]) }
            let standing = isClosed ? .inactive : try await standing(certificate)
            switch standing {
            case .newest, .previous:
                return Peer(certificate: certificate, standing: standing, newestBefore: newest)
            case .inactive:
                logger.notice("handshake refused: envoy is not active", metadata: ["envoy": "\(envoy.lowercased)"])
            case .superseded:
                logger.notice(
                    "handshake refused: a newer certificate of the envoy is in use",
                    metadata: ["envoy": "\(envoy.lowercased)", "serial": "\(certificate.serial)"]
                )
            }
        } catch {
            logger.notice("handshake refused", metadata: ["reason": "\(error)"])
        }
        return nil
    }

    /// For a connection whose handshake is done and which is among the open ones by now; false when it has to be closed, because
    /// its envoy was revoked or a newer certificate used in the meantime.
    func enter(_ peer: Peer) -> Bool {
        let serial = peer.certificate.serial
        let action: (@Sendable (EnvoyCertificate) async -> Void)?
        let isOpen: Bool
        (isOpen, action) = state.withLock { state in
            let newest = state.newest[peer.envoy]
            guard !state.closed.contains(peer.envoy), newest == serial || newest == peer.newestBefore else {
                return (false, nil)
            }
            guard case .newest(let isFirstUse) = peer.standing else { return (true, nil) }
            state.newest[peer.envoy] = serial
            return (true, isFirstUse ? state.onFirstUse : nil)
        }
        if let action { Task { await action(peer.certificate) } }
        return isOpen
    }

    /// From now on, no handshake of this envoy succeeds.
    package func close(to envoy: UUID) {
        state.withLock {
            $0.closed.insert(envoy)
            $0.newest[envoy] = nil
        }
    }
}
