package import Foundation
import Logging
import NIOCore
import Store
import Synchronization
import Trust
import Wire

/// Every session that is going on, and those that ended a moment ago: whoever comes late still gets the reason.
package final class SessionRegistry: Sendable {
    private struct State {
        var sessions: [UUID: Session] = [:]
        var isStopping = false
    }

    private let parts: SessionParts
    private let maxSessions: Int
    private let state = Mutex(State())

    init(parts: SessionParts, maxSessions: Int) {
        self.parts = parts
        self.maxSessions = maxSessions
    }

    /// Writes the session down and starts it.
    func open(_ plan: SessionPlan) async throws -> Session {
        let session = Session(plan, parts: parts)
        try reserve(session)
        let watch = plan.credential.map { credential in
            parts.credentials.add(credential, until: plan.credentialExpires) { [weak session] end in
                session?.end(.credentialEnded(end))
            }
        }
        do {
            try await parts.records.opened(plan)
        } catch {
            watch?.cancel()
            _ = state.withLock { $0.sessions.removeValue(forKey: plan.id) }
            throw error
        }
        session.start { [weak self] in
            watch?.cancel()
            self?.forget(session)
        }
        return session
    }

    func session(_ id: UUID) -> Session? {
        state.withLock { $0.sessions[id] }
    }

    /// Sessions of an envoy that are not over, which its agent must keep provisions for.
    package func sessions(of envoy: UUID) -> [UUID] {
        living.filter { $0.plan.envoy == envoy }.map(\.id)
    }

    package var count: Int { living.count }

    /// False when there is no such session, or it is over.
    package func terminate(_ id: UUID, by actor: String) async -> Bool {
        guard let session = session(id), !session.lifecycle.state.isOver else { return false }
        session.end(.terminated(by: actor))
        return true
    }

    /// The envoy was revoked or deleted.
    package func endAll(of envoy: UUID, by actor: String) {
        for session in living where session.plan.envoy == envoy { session.end(.terminated(by: actor)) }
    }

    /// The operator may open none any more.
    func endAll(openedBy operatorName: String, by actor: String) {
        for session in living where session.plan.actor == operatorName { session.end(.terminated(by: actor)) }
    }

    /// Ends every session with a reason, and returns when all of it has been written down, or after `patience`.
    package func stop(patience: Duration = .seconds(8)) async {
        let sessions = state.withLock { state in
            state.isStopping = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.end(.serverStopping) }
        // Not a task group: it would wait for both, and a store that fails is tried again for ever.
        let (done, continuation) = AsyncStream.makeStream(of: Never.self)
        Task {
            for session in sessions { await session.finished() }
            continuation.finish()
        }
        Task {
            try? await Task.sleep(for: patience)
            continuation.finish()
        }
        for await _ in done {}
    }

    private var living: [Session] {
        state.withLock { $0.sessions.values.filter { !$0.lifecycle.state.isOver } }
    }

    /// One that waits for its agent counts as well: max_sessions bounds what the server has in hand.
    private func reserve(_ session: Session) throws(SessionRefusal) {
        let refusal = state.withLock { state -> SessionRefusal? in
            if state.isStopping { return SessionRefusal(.stopping, "the server is stopping") }
            let count = state.sessions.values.count { !$0.lifecycle.state.isOver }
            guard count < maxSessions else {
                return SessionRefusal(
                    .tooManySessions,
                    "\(count) sessions are open and scrier.max_sessions is \(maxSessions); end one or try again later"
                )
            }
            state.sessions[session.id] = session
            return nil
        }
        if let refusal { throw refusal }
    }

    private func forget(_ session: Session) {
        let id = session.id
        Task {
            try? await Task.sleep(for: .nanoseconds(parts.timeouts.afterEnd.nanoseconds))
            _ = state.withLock { $0.sessions.removeValue(forKey: id) }
        }
    }
}
