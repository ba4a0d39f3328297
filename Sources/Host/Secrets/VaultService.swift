import Hummingbird
package import Logging
package import Store

/// The vault's routes and nothing else, on one Unix socket.
package final class VaultService: Sendable {
    private let listener: APIListener

    /// Returns when it listens. `ownUID` may use it besides root.
    package static func start(
        _ vault: any SecretsVault,
        directory: String,
        store: Store,
        socket: String,
        ownUID: UInt32?,
        logger: Logger,
        changed: @escaping @Sendable (SecretChange) async -> Void
    ) async throws -> VaultService {
        let routes = SecretsRoutes(
            vault: vault,
            directory: directory,
            audit: SecretsAudit(store: store, logger: logger),
            changed: changed
        )
        let router = APIRouter(
            routes: routes.routes,
            authenticator: Authenticator(store: store, ownUID: ownUID),
            clientAddress: ClientAddress(trustedProxies: []),
            refusals: AuditedRefusals(store: store),
            logger: logger
        )
        let listener = try await APIListener.start(
            .unixDomainSocket(path: socket),
            named: socket,
            tls: nil,
            router: router.makeRouter(),
            gate: .nothing,
            limits: nil,
            logger: logger
        )
        return VaultService(listener: listener)
    }

    private init(listener: APIListener) { self.listener = listener }

    package func stop() async { await listener.stop() }
}

extension WebSocketGate {
    /// For listeners without WebSockets.
    static let nothing = WebSocketGate { _, _ in
        throw Refusal(status: .notFound, code: "not_found", message: "there is nothing at this address")
    }
}
