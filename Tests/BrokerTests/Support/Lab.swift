import Built
import Logging
import NIOCore
import NIOPosix
import WorkerProtocol

@testable import Broker

/// A broker with a real launcher and the fixtures beside the test bundle.
struct Lab {
    let launcher: Launcher
    let catalog: PluginCatalog
    let broker: Broker

    static let loop = MultiThreadedEventLoopGroup.singleton.next()

    init(
        firstUID: UInt32,
        count: UInt32 = 4,
        options: Broker.Options = .init(),
        workerPath: String = Built.worker,
        plugins: String = Built.directory
    )
        async throws
    {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .debug
        launcher = try Launcher.spawn(
            launcherPath: Built.launcher,
            workerPath: workerPath,
            workerUIDs: firstUID...firstUID + count - 1
        )
        catalog = PluginCatalog(directory: plugins, workerPath: Built.worker, logger: logger)
        await catalog.scan()
        broker = Broker(launcher: launcher, catalog: catalog, options: options, logger: logger)
    }

    /// A worker with everything it says in a list.
    func start(_ id: String, begin session: StartSession? = StartSession()) async throws -> (Worker, Heard) {
        let heard = Heard()
        guard let plugin = await catalog.plugin(id) else { throw BrokerError.noPlugin(id) }
        let handlers = WorkerHandlers(onOutput: { heard.add($0) }, onMessage: { heard.add($0) })
        let worker = try await broker.start(plugin, session: "test", on: Self.loop, handlers: handlers)
        _ = try await worker.confined()
        if let session { worker.begin(session) }
        return (worker, heard)
    }
}
