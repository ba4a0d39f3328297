import Broker
import NIOCore
import WorkerProtocol

/// Sessions' workers, as the broker starts them.
struct BrokerWorkers: SessionWorkers {
    let broker: Broker

    func launch(_ plugin: PluginDescriptor, session: String) async throws -> any LaunchedSessionWorker {
        BrokerLaunch(worker: try await broker.launch(plugin, session: session))
    }
}

private struct BrokerLaunch: LaunchedSessionWorker {
    let worker: LaunchedWorker

    func attach(on loop: any EventLoop, handlers: WorkerHandlers) async throws -> any SessionWorker {
        try await worker.attach(on: loop, handlers: handlers)
    }

    func discard() { worker.discard() }
}

extension Worker: SessionWorker {
    func look(_ number: UInt32) { send(.look(number)) }

    func resize(columns: Int, rows: Int) {
        resize(columns: UInt32(clamping: columns), rows: UInt32(clamping: rows), width: 0, height: 0)
    }
}
