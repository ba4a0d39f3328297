import Broker
import Foundation
import Logging
import NIOCore
import Store
import Synchronization
import Trust
import Wire
import WorkerProtocol

/// One operator's connection, from asked to ended: it gets itself a tunnel and a worker, joins them, and is over when the
/// first of them is, or when somebody says so.
final class Session: Sendable {
    enum Attachment {
        /// No terminal yet; a client may be waiting for it.
        case early((any TerminalClient)?)
        case relay(TerminalRelay)
        /// It never came to a terminal.
        case over(SessionEnd)
    }

    struct State {
        var lifecycle = SessionLifecycle()
        var attachment = Attachment.early(nil)
        var task: Task<Void, Never>?
        var asked: SessionEnding?
        var login: String?
        /// The newest change of the row that is on its way.
        var writing: Task<Void, Never>?
        /// The newest size that came before there was a terminal.
        var size: (columns: Int, rows: Int)?
        var recording: BegunRecording?
        var ended: (how: SessionEnding, at: Date)?
    }

    let plan: SessionPlan
    let parts: SessionParts
    let logger: Logger
    let state = Mutex(State())

    init(_ plan: SessionPlan, parts: SessionParts) {
        self.plan = plan
        self.parts = parts
        var logger = parts.logger
        logger[metadataKey: "session"] = "\(plan.id.lowercased)"
        logger[metadataKey: "envoy"] = "\(plan.hostname)"
        logger[metadataKey: "actor"] = "\(plan.actor)"
        self.logger = logger
    }

    var id: UUID { plan.id }
    var lifecycle: SessionLifecycle { state.withLock { $0.lifecycle } }
    /// How and when it ended; known a moment before the store has it.
    var ended: (how: SessionEnding, at: Date)? { state.withLock { $0.ended } }

    /// Runs in a task of its own; `onEnd` is called once everything about the session has been written down.
    func start(onEnd: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.task = Task {
                await run()
                await onEnd()
            }
            if state.asked != nil { state.task?.cancel() }
        }
    }

    /// Ends the session for a reason from outside. The first reason counts.
    func end(_ ending: SessionEnding) {
        let task = state.withLock { state in
            guard state.asked == nil, !state.lifecycle.state.isOver else { return nil as Task<Void, Never>? }
            state.asked = ending
            return state.task
        }
        task?.cancel()
    }

    func finished() async {
        await state.withLock { $0.task }?.value
    }

    private func run() async {
        let ending: SessionEnding
        do {
            ending = try await serve()
        } catch {
            ending = .setUpFailed(Self.sentence(error))
        }
        await finish(state.withLock { $0.asked } ?? ending)
    }

    private func finish(_ ending: SessionEnding) async {
        let now = Date()
        let end = SessionEnd(reason: ending.reason, exitStatus: ending.exitStatus.map(Int.init), signal: ending.signal)
        let (isFirst, lifecycle, attachment, login) = state.withLock { state in
            let isFirst = state.lifecycle.ended(ending)
            let attachment = state.attachment
            if isFirst {
                state.ended = (ending, now)
                // In the same moment: a client that comes now is told by itself.
                if case .early = attachment { state.attachment = .over(end) }
            }
            return (isFirst, state.lifecycle, attachment, state.login)
        }
        guard isFirst else { return }
        var bytes: (in: UInt64, out: UInt64) = (0, 0)
        switch attachment {
        case .early(let client): client?.finish(with: end)
        case .relay(let relay):
            bytes =
                (try? await relay.loop.submit { () -> (UInt64, UInt64) in
                    relay.finish(end)
                    return (relay.bytesIn, relay.bytesOut)
                }.get()) ?? (0, 0)
        case .over: break
        }
        let recording = try? await state.withLock { $0.recording }?.finish()
        parts.tunnels.notifyEnded(session: id, envoy: plan.envoy)
        logger.info("session \(lifecycle.state)", metadata: ["reason": "\(ending.reason)"])
        await record(
            SessionResult(
                plan: plan,
                state: lifecycle.state,
                ending: ending,
                endedAt: now,
                bytesIn: bytes.in,
                bytesOut: bytes.out,
                login: login,
                recording: recording
            )
        )
    }

    /// Tried until it is written: an ending that was lost would leave an open session in the records.
    private func record(_ result: SessionResult) async {
        await state.withLock { $0.writing }?.value
        var delay = Duration.milliseconds(200)
        while true {
            do {
                return try await parts.records.ended(result)
            } catch {
                logger.error(
                    "the end of the session could not be recorded; trying again",
                    metadata: ["error": "\(error)"]
                )
            }
            // The task of an ended session is cancelled, and a cancelled sleep would not wait.
            await Task { [delay] in _ = try? await Task.sleep(for: delay) }.value
            delay = min(delay * 2, .seconds(30))
        }
    }

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as TunnelError: error.message
        case is CancellationError: "the session was ended"
        default: "\(error)"
        }
    }

    /// Tells the row and the client; a row that cannot be updated now is put right at the end.
    func changed(to newState: SessionState) {
        let now = Date()
        switch state.withLock({ $0.attachment }) {
        case .early(let client): client?.send(.state(newState))
        case .relay(let relay): relay.loop.execute { relay.tell(newState) }
        case .over: break
        }
        logger.info("session \(newState)")
        state.withLock { state in
            let (before, login) = (state.writing, state.login)
            // One after the other: a row that is ready was connecting before.
            state.writing = Task { [id, parts, logger] in
                await before?.value
                do {
                    try await parts.records.changed(id, to: newState, login: login, at: now)
                } catch {
                    logger.error("the session's state could not be recorded", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
