import Glibc
import Logging
package import NIOCore
import NIOPosix
import Synchronization
import WorkerProtocol

/// A worker that has been started and confines itself, with nobody on its sockets yet. Either `attach` or `discard`.
package final class LaunchedWorker: Sendable {
    private let descriptors: WorkerDescriptors
    private let plugin: PluginDescriptor
    private let file: (path: String, identity: FileIdentity)
    private let control: WorkerControl
    private let options: Broker.Options
    private let logger: Logger
    private let isTaken = Mutex(false)

    static func launch(
        _ path: String,
        identity: FileIdentity,
        plugin: PluginDescriptor,
        launcher: Launcher,
        options: Broker.Options,
        grants: WorkerGrants = [],
        logger: Logger
    ) async throws -> LaunchedWorker {
        let descriptors = try WorkerDescriptors(dials: grants.contains(.dial))
        let ending = ProcessEndingBox()
        do {
            let started = try await launcher.start(
                plugin: path,
                descriptors: descriptors.workers,
                isStrict: options.isStrict,
                grants: grants
            ) { ending.set($0) }
            descriptors.closeWorkers()
            if let summary = started.missing.summary { logger.warning("\(summary)") }
            let control = WorkerControl(launcher: launcher, id: started.id, pid: started.pid, ending: ending)
            return LaunchedWorker(descriptors, plugin, (path, identity), control, options, logger)
        } catch {
            descriptors.closeWorkers()
            descriptors.closeHosts()
            throw error
        }
    }

    private init(
        _ descriptors: WorkerDescriptors,
        _ plugin: PluginDescriptor,
        _ file: (path: String, identity: FileIdentity),
        _ control: WorkerControl,
        _ options: Broker.Options,
        _ logger: Logger
    ) {
        self.descriptors = descriptors
        self.plugin = plugin
        self.file = file
        self.control = control
        self.options = options
        self.logger = logger
    }

    deinit { discard() }

    package var pid: Int32 { control.pid }

    /// Makes channels of its sockets on that loop. What the worker said meanwhile lies in them.
    package func attach(on loop: any EventLoop, handlers: WorkerHandlers) async throws -> Worker {
        guard take() else { throw BrokerError.discarded }
        do {
            let log = try await WorkerLogHandler.open(descriptors.log, on: loop, logger: logger)
            let transport = try await Self.channel(descriptors.transport, on: loop, halfCloses: true) { channel in
                try channel.syncOptions?.setOption(.autoRead, value: false)
            }
            let worker = Worker(
                plugin: plugin,
                file: file,
                control: control,
                transport: transport,
                log: log,
                dial: descriptors.dial,
                options: options,
                handlers: handlers,
                logger: logger
            )
            do {
                _ = try await Self.channel(descriptors.messages, on: loop, halfCloses: false) { channel in
                    worker.opened(channel)
                    try channel.pipeline.syncOperations.addHandler(WorkerMessageHandler(worker: worker))
                }
            } catch {
                loop.execute { worker.messagesClosed() }
                throw error
            }
            return worker
        } catch {
            // A bootstrap that fails closes its own descriptor; of the others the process exit is the end.
            control.signal(SIGKILL)
            throw error
        }
    }

    /// No tunnel came.
    package func discard() {
        guard take() else { return }
        control.signal(SIGKILL)
        descriptors.closeHosts()
    }

    private func take() -> Bool {
        isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }

    private static func channel(
        _ descriptor: Int32,
        on loop: any EventLoop,
        halfCloses: Bool,
        prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ClientBootstrap(group: loop)
            .channelOption(.allowRemoteHalfClosure, value: halfCloses)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
            .withConnectedSocket(descriptor)
            .get()
    }
}
