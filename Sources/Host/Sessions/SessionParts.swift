import Broker
import Foundation
import Logging
import NIOCore
import Wire
import WorkerProtocol

/// Opens tunnels to envoys, and tells their agents how sessions go on.
protocol SessionTunnels: Sendable {
    func open(
        session: UUID,
        envoy: UUID,
        port: Int,
        needs: [Vigo_Agent_V1_Need],
        onConnected: @escaping @Sendable (any EventLoop) -> Void
    ) async throws -> OpenedTunnel
    func notifyReady(session: UUID, envoy: UUID)
    func notifyEnded(session: UUID, envoy: UUID)
}

/// Starts workers.
protocol SessionWorkers: Sendable {
    /// Begins at once: the worker confines itself while the tunnel is opened.
    func launch(_ plugin: PluginDescriptor, session: String) async throws -> any LaunchedSessionWorker
}

/// A worker that is starting, with nobody on its sockets yet.
protocol LaunchedSessionWorker: Sendable {
    func attach(on loop: any EventLoop, handlers: WorkerHandlers) async throws -> any SessionWorker
    func discard()
}

/// A worker with its channels on a loop; what Broker's Worker offers.
protocol SessionWorker: TerminalWorker, Sendable {
    /// The host's end of the plugin's transport.
    var transport: any Channel { get }
    var ended: EventLoopFuture<WorkerEnding> { get }
    func confined() async throws -> ConfinementReport
    func begin(_ start: StartSession)
    /// Asks it to finish, then makes it.
    func close()
}

/// Makes recordings.
protocol SessionRecorder: Sendable {
    /// A recording that has begun, of a screen of that size.
    func begin(_ plan: SessionPlan, columns: Int, rows: Int, on loop: any EventLoop) async throws -> BegunRecording
}

/// The rows and audit records of sessions.
protocol SessionRecords: Sendable {
    func opened(_ plan: SessionPlan) async throws
    func changed(_ session: UUID, to state: SessionState, login: String?, at time: Date) async throws
    func ended(_ result: SessionResult) async throws
}

/// What is written down about a session when it is over.
struct SessionResult: Sendable {
    let plan: SessionPlan
    let state: SessionState
    let ending: SessionEnding
    let endedAt: Date
    let bytesIn: UInt64
    let bytesOut: UInt64
    let login: String?
    var recording: RecordingResult?
}

/// How long each step of a session may take.
struct SessionTimeouts: Sendable {
    var confinement = TimeAmount.seconds(20)
    /// From the agent's connection to the target letting us in.
    var login = TimeAmount.seconds(60)
    /// How long a plugin may go on after its tunnel has closed.
    var afterTunnel = TimeAmount.seconds(5)
    /// How long a session waits for an operator whose connection broke.
    var grace = TimeAmount.seconds(60)
    /// The first attach takes a client a moment, however short the grace.
    var firstAttach = TimeAmount.seconds(60)
    /// How long what is left of a finished session is kept for a client that comes late.
    var afterEnd = TimeAmount.seconds(60)
}

/// What every session uses.
struct SessionParts: Sendable {
    let tunnels: any SessionTunnels
    let workers: any SessionWorkers
    let records: any SessionRecords
    let logins: LoginLimiter
    var timeouts = SessionTimeouts()
    var credentials = CredentialWatch()
    let logger: Logger
    /// Nil where nothing is recorded.
    var recorder: (any SessionRecorder)?
}
