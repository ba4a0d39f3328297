package import Broker
import Foundation
import Glibc
package import Logging
import Store

/// The server with nothing but the vault, for one command of `vigocli secrets` while no server runs: the same worker, the
/// same routes, the same audit log, and nobody but root to ask.
package final class OfflineVault: Sendable {
    package let socket: String

    private let vault: SecretsWorker
    private let service: VaultService
    private let store: Store
    private let launcher: Launcher

    /// Returns when the vault is open; throws the vault's own sentence when it cannot be.
    package static func start(
        _ configuration: ServerConfiguration,
        files: InstalledFiles,
        launcher: Launcher,
        ownUID: UInt32?,
        logger: Logger
    ) async throws -> OfflineVault {
        let directory = DataDirectory(path: configuration.server.dataDirectory)
        let store = try Store(path: directory.database)
        let epoch = try await SecretsEpoch(store: store, logger: logger)
        let broker = Server.broker(configuration.scrier, files, launcher, logger)
        await broker.catalog.scan()
        guard let vault = await Server.vault(configuration, broker, logger) else {
            throw StartError("server.yaml says that there is no vault: secrets.backend is none")
        }
        let status = await vault.status()
        guard status.state != .unavailable else {
            await vault.stop()
            throw StartError(status.explanation ?? "the vault is not available")
        }
        let sockets = OfflineSockets(directory: directory.path)
        sockets.removeStale()
        let service = try await VaultService.start(
            vault,
            directory: configuration.secretsDirectory,
            store: store,
            socket: sockets.own,
            ownUID: ownUID,
            logger: logger,
            // A server that starts later goes on from there.
            changed: epoch.grow(after:)
        )
        return OfflineVault(socket: sockets.own, vault, service, store, launcher)
    }

    private init(
        socket: String,
        _ vault: SecretsWorker,
        _ service: VaultService,
        _ store: Store,
        _ launcher: Launcher
    ) {
        self.socket = socket
        self.vault = vault
        self.service = service
        self.store = store
        self.launcher = launcher
    }

    /// Returns when the worker is gone and the vault free for others.
    package func stop() async {
        await service.stop()
        unlink(socket)
        await vault.stop()
        launcher.stop()
        try? store.close()
    }
}
