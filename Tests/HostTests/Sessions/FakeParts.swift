import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

/// Tunnels to a port on loopback, or none.
final class FakeTunnels: SessionTunnels {
    enum Behaviour: Sendable {
        case reach(SocketAddress)
        case fail(TunnelError)
        /// The agent never comes.
        case hang
    }

    let behaviour: Behaviour
    let provisions: [Vigo_Agent_V1_Provision]
    private let state = Mutex((asked: [Vigo_Agent_V1_Need](), ready: 0, ended: 0, channel: (any Channel)?.none))

    init(_ behaviour: Behaviour, provisions: [Vigo_Agent_V1_Provision] = []) {
        self.behaviour = behaviour
        self.provisions = provisions
    }

    var asked: [Vigo_Agent_V1_Need] { state.withLock { $0.asked } }
    var ready: Int { state.withLock { $0.ready } }
    var ended: Int { state.withLock { $0.ended } }
    var channel: (any Channel)? { state.withLock { $0.channel } }

    func open(
        session: UUID,
        envoy: UUID,
        port: Int,
        needs: [Vigo_Agent_V1_Need],
        onConnected: @escaping @Sendable (any EventLoop) -> Void
    ) async throws -> OpenedTunnel {
        state.withLock { $0.asked = needs }
        switch behaviour {
        case .fail(let error): throw error
        case .hang:
            try await Task.sleep(for: .seconds(600))
            throw CancellationError()
        case .reach(let address):
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(to: address).get()
            state.withLock { $0.channel = channel }
            onConnected(channel.eventLoop)
            return OpenedTunnel(channel: channel, provisions: provisions)
        }
    }

    func notifyReady(session: UUID, envoy: UUID) { state.withLock { $0.ready += 1 } }
    func notifyEnded(session: UUID, envoy: UUID) { state.withLock { $0.ended += 1 } }
}

/// Workers without a process: they say what the test tells them to.
final class FakeWorkers: SessionWorkers, LaunchedSessionWorker {
    private let state = Mutex((worker: FakeWorker?.none, discarded: 0))
    let launchFailure: BrokerError?

    init(launchFailure: BrokerError? = nil) { self.launchFailure = launchFailure }

    var worker: FakeWorker? { state.withLock { $0.worker } }
    var discarded: Int { state.withLock { $0.discarded } }

    func launch(_ plugin: PluginDescriptor, session: String) async throws -> any LaunchedSessionWorker {
        if let launchFailure { throw launchFailure }
        return self
    }

    func attach(on loop: any EventLoop, handlers: WorkerHandlers) async throws -> any SessionWorker {
        let transport = try await DatagramBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
        let worker = FakeWorker(loop: loop, transport: transport, handlers: handlers)
        state.withLock { $0.worker = worker }
        return worker
    }

    func discard() { state.withLock { $0.discarded += 1 } }
}

final class FakeWorker: SessionWorker {
    struct Told {
        var started: StartSession?
        var input = ""
        var isClosed = false
        var isPaused = false
        var looks: [UInt32] = []
    }

    let transport: any Channel
    private let loop: any EventLoop
    private let handlers: WorkerHandlers
    private let end: EventLoopPromise<WorkerEnding>
    private let state = Mutex(Told())

    init(loop: any EventLoop, transport: any Channel, handlers: WorkerHandlers) {
        self.loop = loop
        self.transport = transport
        self.handlers = handlers
        end = loop.makePromise()
    }

    var told: Told { state.withLock { $0 } }
    var ended: EventLoopFuture<WorkerEnding> { end.futureResult }

    func say(_ message: WorkerMessage) { loop.execute { [handlers] in handlers.onMessage(message) } }
    func show(_ text: String) { loop.execute { [handlers] in handlers.onOutput(ByteBuffer(string: text)) } }
    func finish(_ ending: WorkerEnding) { end.succeed(ending) }

    func confined() async throws -> ConfinementReport { ConfinementReport() }
    func begin(_ start: StartSession) { state.withLock { $0.started = start } }
    func close() {
        state.withLock { $0.isClosed = true }
        transport.close(promise: nil)
        end.succeed(WorkerEnding(status: -2))
    }
    func sendInput(_ bytes: ByteBuffer) { state.withLock { $0.input += String(buffer: bytes) } }
    func resize(columns: Int, rows: Int) {}
    func look(_ number: UInt32) { state.withLock { $0.looks.append(number) } }
    func pauseOutput() { state.withLock { $0.isPaused = true } }
    func resumeOutput() { state.withLock { $0.isPaused = false } }
}

/// Rows in memory; refuses to write for as long as it is full.
final class FakeRecords: SessionRecords {
    struct Full: Error, CustomStringConvertible {
        var description: String { "the disk is full" }
    }
    struct Written {
        var opened = 0
        var states: [SessionState] = []
        var results: [SessionResult] = []
        var failures = 0
    }

    private let state = Mutex((written: Written(), isFull: false))

    var written: Written { state.withLock { $0.written } }
    var isFull: Bool {
        get { state.withLock { $0.isFull } }
        set { state.withLock { $0.isFull = newValue } }
    }

    private func write(_ change: (inout Written) -> Void) throws {
        try state.withLock { state in
            if state.isFull {
                state.written.failures += 1
                throw Full()
            }
            change(&state.written)
        }
    }

    func opened(_ plan: SessionPlan) async throws { try write { $0.opened += 1 } }
    func changed(_ session: UUID, to state: SessionState, login: String?, at time: Date) async throws {
        try write { $0.states.append(state) }
    }
    func ended(_ result: SessionResult) async throws { try write { $0.results.append(result) } }
}

/// Accepts connections on loopback and keeps them.
final class Target: Sendable {
    private let channel: any Channel
    private let connections: Connections

    private final class Connections: Sendable {
        private let channels = Mutex<[any Channel]>([])
        var all: [any Channel] { channels.withLock { $0 } }
        func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }
    }

    init() async throws {
        let connections = Connections()
        self.connections = connections
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                connections.add(child)
                return child.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit { channel.close(promise: nil) }

    var address: SocketAddress { channel.localAddress! }
    func drop() { for connection in connections.all { connection.close(promise: nil) } }
}

/// Polls for up to twenty seconds: the machine may be busy.
func eventually(_ holds: () async -> Bool) async -> Bool {
    for _ in 0..<2000 {
        if await holds() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}

extension WorkerEnding {
    /// As a worker's own process would have ended.
    init(status: Int32? = nil, explanation: String? = nil, exitStatus: Int32? = nil, exitSignal: String? = nil) {
        let heard = Heard(status: status, explanation: explanation, exitStatus: exitStatus, exitSignal: exitSignal)
        let plugin = PluginDescriptor(id: "echo", label: "Echo", roles: [.terminal])
        self.init(plugin: plugin, heard: heard, process: .exited(0), wasClosed: false)
        self.explanation = explanation
    }
}
