import Glibc
package import NIOCore
import Synchronization
package import Wire

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A session on the terminal that this process runs in, from the request to the exit code.
package struct ScrierShell: Sendable {
    private let api: APIClient
    private let timeout: TimeAmount
    private let prover: KeyProver

    /// After a signal: for telling the server, before the process ends all the same.
    private static let farewell: UInt32 = 3

    /// - Parameter agent: the operator's ssh-agent, where there is one.
    package init(_ api: APIClient, timeout: TimeAmount, agent: SSHAgent?) {
        self.api = api
        self.timeout = timeout
        prover = KeyProver(api: api, agent: agent)
    }

    package func run(_ request: ConnectRequest) async throws -> Int32 {
        var request = request
        // While the terminal is still the operator's: a Ctrl-C ends the waiting for a touch, or for a confirmation.
        request.keyProof = try await prover.proof(for: request)
        let terminal = try SystemTerminal()
        defer { terminal.restore() }
        (request.columns, request.rows) = terminal.size.map { ($0.columns, $0.rows) } ?? (nil, nil)
        let current = watch(terminal)
        let started = NIODeadline.now()
        let answer = try await ask(request)
        if answer.recorded == true { StandardError.line("vigocli: this session is recorded") }
        let ready = max(.milliseconds(1), timeout - (NIODeadline.now() - started))
        let session = TerminalSession(
            connection: api.connection,
            path: answer.websocket,
            terminal: terminal,
            limits: TerminalSession.Limits(ready: ready)
        )
        return try await run(session, answer.sessionID, terminal, current)
    }

    /// Comes back to a session that goes on.
    package func attach(to id: UUID) async throws -> Int32 {
        let terminal = try SystemTerminal()
        defer { terminal.restore() }
        let current = watch(terminal)
        let session = TerminalSession(
            connection: api.connection,
            path: "/ws/scrier/\(Shown.uuid(id))",
            terminal: terminal,
            limits: TerminalSession.Limits(ready: timeout),
            withPicture: true
        )
        return try await run(session, id, terminal, current)
    }

    private func watch(_ terminal: SystemTerminal) -> CurrentSession {
        let current = CurrentSession()
        terminal.watch { _ in
            guard let session = current.session else {
                terminal.restore()
                _exit(SessionOutcome.failed)
            }
            session.abandon()
            DetachedThread.start {
                sleep(Self.farewell)
                terminal.restore()
                _exit(SessionOutcome.failed)
            }
        }
        return current
    }

    private func run(
        _ session: TerminalSession,
        _ id: UUID,
        _ terminal: SystemTerminal,
        _ current: CurrentSession
    ) async throws -> Int32 {
        current.session = session
        session.start()
        let outcome = try await session.outcome.get()
        terminal.restore()
        if outcome.leavesSession {
            try? await api.perform(.DELETE, "/api/v1/scrier/sessions/\(Shown.uuid(id))")
        }
        if let message = outcome.message(timeout: timeout) { StandardError.line("vigocli: \(message)") }
        return outcome.exitCode
    }

    private func ask(_ request: ConnectRequest) async throws -> ConnectResponse {
        var api = api
        api.patience = timeout
        return try await api.request(.POST, "/api/v1/scrier/connect", body: request)
    }

    private final class CurrentSession: Sendable {
        private let value = Mutex<TerminalSession?>(nil)

        var session: TerminalSession? {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }
}
