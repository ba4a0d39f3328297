package import Logging
package import NIOCore
package import WorkerProtocol

/// Starts a worker per session and lets others talk to it. Knows no protocol: a plugin is a file and a descriptor.
package final class Broker: Sendable {
    package struct Options: Sendable {
        /// Refuse to start a worker that is confined less than this program can ask for.
        package var isStrict = false
        /// From CLOSE to SIGTERM, and from CLOSE to SIGKILL.
        package var terminateAfter = TimeAmount.seconds(3)
        package var killAfter = TimeAmount.seconds(5)

        package init() {}
    }

    package let catalog: PluginCatalog
    private let launcher: Launcher
    private let options: Options
    private let logger: Logger

    package init(launcher: Launcher, catalog: PluginCatalog, options: Options = Options(), logger: Logger) {
        self.launcher = launcher
        self.catalog = catalog
        self.options = options
        self.logger = logger
    }

    /// Starts the process, which confines itself while the caller is still busy with the tunnel.
    package func launch(_ plugin: PluginDescriptor, session: String) async throws -> LaunchedWorker {
        guard let entry = await catalog.entry(plugin.id) else { throw BrokerError.noPlugin(plugin.id) }
        var logger = logger
        logger[metadataKey: "session"] = "\(session)"
        logger[metadataKey: "plugin"] = "\(plugin.id)"
        return try await LaunchedWorker.launch(
            entry.path,
            identity: try Self.unchanged(entry),
            plugin: plugin,
            launcher: launcher,
            options: options,
            logger: logger
        )
    }

    /// The worker of a plugin with role `secrets`: with the vault's uid, its key, and what the plugin needs besides.
    func launchSecrets(_ backend: String) async throws -> LaunchedWorker {
        guard let entry = await catalog.entry(backend), let plugin = entry.descriptor else {
            throw BrokerError.noBackend(backend)
        }
        guard plugin.roles.contains(.secrets) else { throw BrokerError.keepsNoSecrets(backend) }
        guard let grants = WorkerGrants(secrets: plugin) else { throw BrokerError.unknownNeed(plugin.label) }
        var logger = logger
        logger[metadataKey: "plugin"] = "\(plugin.id)"
        return try await LaunchedWorker.launch(
            SecretsPlaces.resolve(entry.path),
            identity: try Self.unchanged(entry),
            plugin: plugin,
            launcher: launcher,
            options: options,
            grants: grants,
            logger: logger
        )
    }

    /// The file that was hashed and described, if it is still the one at its path.
    private static func unchanged(_ entry: CatalogEntry) throws -> FileIdentity {
        guard let identity = entry.identity, FileIdentity(entry.path) == identity else {
            throw BrokerError.pluginChanged(entry.fileName)
        }
        return identity
    }

    /// Where this server's vault is; nil for one without.
    var secretsPlaces: SecretsPlaces? { launcher.secrets }

    /// Both steps in one, for callers that know their loop from the beginning.
    package func start(
        _ plugin: PluginDescriptor,
        session: String,
        on loop: any EventLoop,
        handlers: WorkerHandlers
    ) async throws -> Worker {
        try await launch(plugin, session: session).attach(on: loop, handlers: handlers)
    }
}
