import Broker
import Logging
import NIOPosix

/// The vault, and who looks after it.
extension Server {
    /// Its worker begins at once; nobody waits for it. Nil where there is to be none.
    static func vault(_ configuration: ServerConfiguration, _ broker: Broker, _ logger: Logger) async -> SecretsWorker?
    {
        guard configuration.secrets.isConfigured else { return nil }
        var options = SecretsWorker.Options()
        options.parameters = configuration.secrets.parameters
        options.endpoints = configuration.secrets.endpoints
        let vault = SecretsWorker(
            broker: broker,
            backend: configuration.secrets.backend,
            options: options,
            on: MultiThreadedEventLoopGroup.singleton.any(),
            logger: logger
        )
        await vault.start()
        return vault
    }

    static func noVault(_ configuration: ServerConfiguration) -> NoVault {
        NoVault(backend: configuration.secrets.backend, explanation: "server.yaml says that there is none")
    }

    /// Runs until it is cancelled.
    static func chores(_ vault: SecretsWorker?, _ secrets: ServerSecrets, _ logins: Logins)
        -> Task<Void, Never>
    {
        Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await secrets.watch.run() }
                if let vault {
                    group.addTask { for await _ in vault.epochs { await secrets.epoch.grow(why: .backend) } }
                }
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(60))
                        await logins.sweep()
                    }
                }
            }
        }
    }
}
