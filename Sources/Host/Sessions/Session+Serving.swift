import Broker
import Foundation
import NIOCore
import Trust
import Wire
import WorkerProtocol

/// The session's middle: what happens while nothing went wrong.
extension Session {
    enum Event: Sendable {
        case ready
        case workerEnded(WorkerEnding)
        case tunnelClosed
        case deadline(SessionEnding)
    }

    func serve() async throws -> SessionEnding {
        let needs = SessionNeeds(plan.plugin.needs, operatorKey: plan.operatorKey, login: plan.login)
        // The worker confines itself while the tunnel is on its way.
        let launch = Task { [parts, plan] in try await parts.workers.launch(plan.plugin, session: plan.id.lowercased) }
        var isAttached = false
        defer {
            if !isAttached {
                launch.cancel()
                Task { try? await launch.value.discard() }
            }
        }
        let place = try await parts.logins.enter(plan.envoy)
        defer { place.leave() }
        let tunnel = try await parts.tunnels.open(
            session: id,
            envoy: plan.envoy,
            port: plan.port,
            needs: needs.asked
        ) { [weak self] _ in
            guard let self, state.withLock({ $0.lifecycle.agentConnected() }) else { return }
            changed(to: .connecting)
        }
        defer { tunnel.channel.close(promise: nil) }
        let provided = try needs.parameters(of: tunnel.provisions)
        state.withLock { $0.login = provided["username"] }
        let launched = try await launch.value
        isAttached = true
        return try await join(tunnel, provided, launched, needs, place)
    }

    private func join(
        _ tunnel: OpenedTunnel,
        _ provided: [String: String],
        _ launched: any LaunchedSessionWorker,
        _ needs: SessionNeeds,
        _ place: LoginPlace
    ) async throws -> SessionEnding {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let loop = tunnel.eventLoop
        let output = TerminalOutput()
        let handlers = WorkerHandlers(
            onOutput: { output.relay?.output($0) },
            onMessage: { message in
                switch message {
                case .consumed(let count): output.relay?.consumed(Int(count))
                case .ready: continuation.yield(.ready)
                case .text(let lines): output.relay?.text(lines)
                case .screen(let number, let columns, let rows, let paint):
                    output.relay?.screen(number, TerminalPicture(columns: Int(columns), rows: Int(rows), paint: paint))
                default: break
                }
            }
        )
        let worker = try await launched.attach(on: loop, handlers: handlers)
        defer { worker.close() }
        worker.ended.whenSuccess { continuation.yield(.workerEnded($0)) }
        tunnel.channel.closeFuture.whenComplete { _ in continuation.yield(.tunnelClosed) }

        let relay = TerminalRelay(loop: loop, worker: worker, grace: parts.timeouts.grace) { [weak self] in
            self?.end(.nobodyAttached)
        }
        try await loop.submit { [self] in
            output.relay = relay
            hand(over: relay)
        }.get()
        try await confine(worker, loop)
        try await loop.submit {
            try ByteRelay.glue(tunnel.channel, worker.transport)
        }.get()
        let start = startMessage(provided, needs)
        try await beginRecording(start, relay)
        worker.begin(start)
        loop.execute { relay.begin() }
        let deadline = loop.scheduleTask(in: parts.timeouts.login) {
            continuation.yield(
                .deadline(
                    .setUpFailed(
                        "the login did not finish within \(self.parts.timeouts.login.nanoseconds / 1_000_000_000)s"
                    )
                )
            )
        }
        defer { deadline.cancel() }
        return try await watch(events, continuation, loop, place) { deadline.cancel() }
    }

    /// Waits for the first thing that ends the session, and for what it has to say about itself.
    private func watch(
        _ events: AsyncStream<Event>,
        _ continuation: AsyncStream<Event>.Continuation,
        _ loop: any EventLoop,
        _ place: LoginPlace,
        loggedIn: () -> Void
    ) async throws -> SessionEnding {
        var isTunnelClosed = false
        for await event in events {
            switch event {
            case .ready:
                loggedIn()
                place.leave()
                guard state.withLock({ $0.lifecycle.becameReady() }) else { continue }
                parts.tunnels.notifyReady(session: id, envoy: plan.envoy)
                changed(to: .ready)
            case .tunnelClosed:
                isTunnelClosed = true
                // The plugin may have read everything and be about to say how it ended.
                loop.scheduleTask(in: parts.timeouts.afterTunnel) { continuation.yield(.deadline(.tunnelLost)) }
            case .workerEnded(let worker):
                return SessionEnding(worker, tunnelClosed: isTunnelClosed)
            case .deadline(let ending):
                return ending
            }
        }
        throw CancellationError()
    }

    private func confine(_ worker: any SessionWorker, _ loop: any EventLoop) async throws {
        let confined = loop.makePromise(of: ConfinementReport.self)
        confined.completeWithTask { try await worker.confined() }
        let deadline = loop.scheduleTask(in: parts.timeouts.confinement) {
            confined.fail(SessionSetUpError("the worker did not confine itself in time"))
        }
        defer { deadline.cancel() }
        try await withTaskCancellationHandler {
            _ = try await confined.futureResult.get()
        } onCancel: {
            confined.fail(CancellationError())
        }
    }

    /// From here on nothing is shown that is not recorded.
    private func beginRecording(_ start: StartSession, _ relay: TerminalRelay) async throws {
        guard plan.recording == .recorded, let recorder = parts.recorder else { return }
        let (columns, rows) = (Int(start.columns), Int(start.rows))
        let recording = try await recorder.begin(plan, columns: columns, rows: rows, on: relay.loop)
        state.withLock { $0.recording = recording }
        try await relay.loop.submit {
            relay.record(to: recording) { [weak self] problem in self?.end(.recordingFailed("\(problem)")) }
        }.get()
    }

    /// A terminal can be watched and come back to; only what is recorded has to be found later.
    private var abilities: StartSession.Abilities {
        guard plan.plugin.roles.contains(.terminal) else { return [] }
        return plan.recording == .recorded ? [.screen, .text] : [.screen]
    }

    private func startMessage(_ provided: [String: String], _ needs: SessionNeeds) -> StartSession {
        let size = state.withLock { $0.size } ?? (columns: plan.columns, rows: plan.rows)
        return StartSession(
            parameters: plan.parameters.merging(provided) { $1 },
            secrets: needs.secrets.mapValues { secret in secret.withBytes { Array($0) } },
            columns: UInt32(size.columns),
            rows: UInt32(size.rows),
            abilities: abilities
        )
    }
}

/// Where a worker's output goes once there is a relay. Used on the worker's loop only.
private final class TerminalOutput: @unchecked Sendable {
    var relay: TerminalRelay?
}

/// A step of the set-up failed; the sentence is for the operator.
struct SessionSetUpError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
