import Foundation
import Hummingbird
import Store
import Wire

/// Opening, listing and ending sessions.
struct SessionRoutes: Sendable {
    let store: Store
    let admission: SessionAdmission
    let sessions: SessionRegistry
    let tickets: WebSocketTickets
    let challenges: KeyChallenges
    let refusals: AuditedRefusals
    let authenticator: Authenticator

    var routes: [APIRoute] {
        [
            APIRoute(.post, "/api/v1/scrier/challenge", .admin, challenge),
            APIRoute(.post, "/api/v1/scrier/connect", .admin, connect),
            APIRoute(.get, "/api/v1/scrier/sessions", .signedIn, list),
            APIRoute(.get, "/api/v1/scrier/sessions/{id}", .signedIn, show),
            APIRoute(.delete, "/api/v1/scrier/sessions/{id}", .admin, terminate),
            APIRoute(.post, "/api/v1/scrier/sessions/{id}/ticket", .admin, ticket),
            APIRoute(.post, "/api/v1/scrier/sessions/{id}/watch", .admin, watch),
        ]
    }

    @Sendable private func challenge(_ call: APICall) async throws -> Response {
        let validity = Int(KeyChallenges.validity.nanoseconds / 1_000_000_000)
        let text = challenges.issue(to: try call.signedIn())
        return try .json(KeyChallenge(challenge: text, expiresInSeconds: validity), status: .created)
    }

    @Sendable private func connect(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        let request = try await call.body(ConnectRequest.self)
        let (plan, keyChange) = try await plan(request, for: caller, from: call.clientAddress)
        do {
            if let keyChange, let user = caller.user {
                try await store.changeUser(user, by: caller.name) { keyChange.apply(to: &$0) }
            }
        } catch StoreError.conflict(let sentence) {
            throw SessionRefusal(.publicKeyTaken, sentence)
        }
        let session: Session
        do {
            session = try await sessions.open(plan)
        } catch let error as StoreError {
            throw SessionRefusal(.storeFailed, "the session was not opened because it could not be recorded: \(error)")
        }
        if try await !authenticator.isStillGood(caller) { session.end(.credentialEnded(caller.gone)) }
        return try .json(
            ConnectResponse(
                sessionID: session.id,
                state: session.lifecycle.state,
                websocket: "/ws/scrier/\(session.id.lowercased)",
                recorded: plan.recording == .recorded
            ),
            status: .accepted
        )
    }

    /// Who has a token and the wrong key is written down.
    private func plan(
        _ request: ConnectRequest,
        for caller: Caller,
        from address: String
    ) async throws -> (SessionPlan, KeyChange?) {
        do {
            return try await admission.plan(request, for: caller, from: address)
        } catch let refusal as SessionRefusal where refusal.isAudited {
            let details = ["reason": refusal.code.rawValue, "address": address]
            try await refusals.deny(caller, "POST /api/v1/scrier/connect", details)
            throw refusal
        }
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let all = call.query("all") == "true"
        return try .json(Items(try await store.sessions(openOnly: !all).map(summary)))
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        guard let row = try await store.session(try call.uuid("id")) else { throw Self.unknown }
        return try .json(summary(row))
    }

    @Sendable private func terminate(_ call: APICall) async throws -> Response {
        let id = try call.uuid("id")
        if await sessions.terminate(id, by: try call.signedIn().name) { return .noContent }
        guard let row = try await store.session(id) else { throw Self.unknown }
        throw APIFailure.conflict("the session is over already: \(row.reason ?? row.state.rawValue)")
    }

    @Sendable private func ticket(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        let id = try call.uuid("id")
        guard sessions.session(id) != nil else { throw Self.unknown }
        // Of another's session it opens a watcher's WebSocket, no other.
        guard let ticket = tickets.issue(session: id, caller: caller, origin: call.request.headers[.origin]) else {
            throw APIFailure(.serviceUnavailable, "too_many_tickets", "too many tickets are waiting to be used")
        }
        return try .json(SocketTicket(ticket: ticket), status: .created)
    }

    @Sendable private func watch(_ call: APICall) async throws -> Response {
        let id = try call.uuid("id")
        guard let session = sessions.session(id) else { throw Self.unknown }
        switch session.lifecycle.state {
        case .ready:
            return try .json(SessionWatching(websocket: "/ws/scrier/\(id.lowercased)?watch=1"), status: .created)
        case .waiting, .connecting: throw APIFailure.conflict("the session has not begun")
        case .closed, .failed: throw APIFailure.conflict("the session is over")
        }
    }

    private static let unknown = SessionRefusal(.unknownSession, "there is no such session")

    /// What is known now comes before what the row says.
    private func summary(_ row: ScrierSessionRecord) -> SessionSummary {
        let session = sessions.session(row.id)
        let (live, ended) = (session?.lifecycle.state, session?.ended)
        return SessionSummary(
            id: row.id,
            envoyID: row.envoy,
            hostname: row.hostname,
            protocolName: row.protocolName,
            port: row.port,
            user: row.user,
            login: row.login,
            state: live ?? SessionState(rawValue: row.state.rawValue) ?? .failed,
            reason: row.reason ?? ended?.how.reason,
            createdAt: row.createdAt,
            readyAt: row.readyAt,
            endedAt: row.endedAt ?? ended?.at,
            exitStatus: row.exitStatus ?? ended?.how.exitStatus.map(Int.init),
            clientAddress: row.clientAddress,
            bytesIn: row.bytesIn,
            bytesOut: row.bytesOut,
            recording: row.recordingState.flatMap { RecordingProgress(rawValue: $0.rawValue) }
        )
    }
}

extension SessionRefusal {
    fileprivate var isAudited: Bool { [.keyProofInvalid, .keyProofNeeded, .publicKeyTaken].contains(code) }

    static let notYours = SessionRefusal(.notYours, "the session is another operator's")
}
