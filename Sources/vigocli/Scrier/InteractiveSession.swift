import Foundation
import Glibc
import NIOCore
import Operator
import Wire

/// A session on the terminal that this command runs in.
enum InteractiveSession {
    static func run(timeout: Seconds, _ request: () throws -> ConnectRequest) async throws -> Never {
        do {
            let terminal = try SystemTerminal()
            var request = try request()
            (request.columns, request.rows) = terminal.size.map { ($0.columns, $0.rows) } ?? (nil, nil)
            let outcome = try await open(request, on: terminal, timeout: timeout)
            terminal.restore()
            if let message = outcome.message { Standard.error("vigocli: \(message)") }
            Glibc.exit(outcome.exitCode)
        } catch let error as OperatorError {
            Standard.error("vigocli: \(error)")
            Glibc.exit(SessionOutcome.failed)
        }
    }

    private static func open(_ request: ConnectRequest, on terminal: SystemTerminal, timeout: Seconds) async throws
        -> SessionOutcome
    {
        let connection = try Server.connection()
        let api = APIClient(connection)
        let answer = try await api.request(
            .POST,
            "/api/v1/scrier/connect",
            body: request,
            as: ConnectResponse.self
        )
        let session = TerminalSession(
            connection: connection,
            path: answer.websocket,
            terminal: terminal,
            limits: TerminalSession.Limits(ready: .seconds(Int64(timeout.count)))
        )
        terminal.watch { _ in session.abandon() }
        session.start()
        let outcome = try await session.outcome.get()
        switch outcome {
        case .ended, .lost: break
        case .timedOut(let state):
            try? await terminate(answer.sessionID, api)
            Standard.error("vigocli: timed out after \(timeout.count)s: the session was still \(state.rawValue)")
        case .abandoned: try? await terminate(answer.sessionID, api)
        }
        return outcome
    }

    private static func terminate(_ session: UUID, _ api: APIClient) async throws {
        try await api.perform(.DELETE, "/api/v1/scrier/sessions/\(Shown.uuid(session))")
    }
}
