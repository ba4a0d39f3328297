import Foundation
import NIOCore
import NIOHTTP1
import Store

/// `GET /ws/scrier/{id}[?after=N|screen=1|watch=1][&ticket=…]`: lets an operator's client attach to its session, and another
/// administrator look on.
struct SessionSocketRoute: Sendable {
    let authenticator: Authenticator
    let clientAddress: ClientAddress
    let sessions: SessionRegistry
    let tickets: WebSocketTickets
    let credentials: CredentialWatch
    let refusals: AuditedRefusals
    let store: Store

    private static let prefix = "/ws/scrier/"
    private static let subject = "GET \(prefix){id}"

    var gate: WebSocketGate {
        WebSocketGate { head, channel in
            let (session, caller, purpose) = try await admit(head, channel)
            return { channel in
                let socket = TerminalSocket(channel: channel)
                let delegate: any TerminalSocketDelegate =
                    if case .watch(let watch) = purpose { watch } else { session }
                try channel.pipeline.syncOperations.addHandler(
                    TerminalSocketHandler(socket: socket, delegate: delegate)
                )
                switch purpose {
                case .attach(let position): session.attach(socket, after: position)
                case .attachWithPicture: session.attach(socket, after: nil, withPicture: true)
                case .watch(let watch): watch.begin(socket)
                }
                authenticator.keep(caller, by: channel)
                watch(caller, socket, of: session, delegate)
            }
        }
    }

    private enum Purpose: Sendable {
        case attach(after: UInt64?)
        case attachWithPicture
        case watch(SessionWatch)
    }

    /// Where the session rests on another credential than this socket, the socket may have to end without it.
    private func watch(
        _ caller: Caller,
        _ socket: TerminalSocket,
        of session: Session,
        _ delegate: any TerminalSocketDelegate
    ) {
        guard caller.credential != session.plan.credential else { return }
        let end: @Sendable (CredentialEnd) -> Void = { end in
            // Not when the client agrees: until then it could go on typing.
            socket.refuse(.credentialEnded, "\(end.subject) that this terminal was attached with \(end.words)")
            delegate.ended(socket, onPurpose: false)
        }
        let watch = credentials.add(caller.credential, until: caller.expires, onEnd: end)
        socket.channel.closeFuture.whenComplete { _ in watch.cancel() }
        Task { if try await !authenticator.isStillGood(caller) { end(caller.gone) } }
    }

    private func admit(_ head: HTTPRequestHead, _ channel: any Channel) async throws -> (Session, Caller, Purpose) {
        guard let parts = URLComponents(string: head.uri), parts.path.hasPrefix(Self.prefix),
            let id = UUID(uuidString: String(parts.path.dropFirst(Self.prefix.count)))
        else { throw refusal(.notFound, "not_found", "there is no WebSocket at this address") }
        let query = Dictionary(
            (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        let caller = try await caller(head, channel, id, ticket: query["ticket"])
        guard caller.role == .admin else {
            try await refusals.deny(caller, Self.subject, ["role": caller.role.rawValue])
            throw refusal(.forbidden, "forbidden", "this needs the role admin")
        }
        guard let session = sessions.session(id) else {
            throw refusal(.notFound, "unknown_session", "there is no such session, or it is over")
        }
        if query["watch"] == "1" {
            guard session.lifecycle.state == .ready else {
                throw refusal(.conflict, "not_begun", "the session has not begun, or it is over")
            }
            let watch = SessionWatch(session, by: caller.name, from: source(head, channel), store: store)
            try await watch.recordStart(on: channel)
            return (session, caller, .watch(watch))
        }
        // A name may be given to somebody else meanwhile; root is who it says.
        let isTheirs = session.plan.user == caller.user || caller.proof == .adminSocket
        guard session.plan.actor == caller.name, isTheirs else {
            throw refusal(.forbidden, "not_your_session", "the session is another operator's")
        }
        if query["screen"] == "1" { return (session, caller, .attachWithPicture) }
        guard let after = query["after"] else { return (session, caller, .attach(after: nil)) }
        guard let position = UInt64(after) else {
            throw refusal(.badRequest, "invalid_request", "after: expected the number of bytes received so far")
        }
        return (session, caller, .attach(after: position))
    }

    private func caller(
        _ head: HTTPRequestHead,
        _ channel: any Channel,
        _ session: UUID,
        ticket: String?
    ) async throws -> Caller {
        let origin = head.headers.first(name: "Origin")
        let source = source(head, channel)
        if let ticket {
            guard let caller = tickets.redeem(ticket, session: session, origin: origin),
                try await authenticator.isStillGood(caller)
            else {
                try await refusals.deny(source, Self.subject, "unknown_ticket")
                throw refusal(
                    .unauthorized,
                    "unauthorized",
                    "the ticket is used up, too old, or for another session or page"
                )
            }
            return caller
        }
        // A page that somebody was lured to must not ride on anything but a ticket.
        guard origin == nil else {
            throw refusal(.forbidden, "ticket_needed", "a web page needs a ticket for a WebSocket")
        }
        let answer: Authenticator.Answer
        if channel.isUnixSocket {
            answer = try await authenticator.authenticate(try await PeerCredentials.read(from: channel))
        } else {
            let authorization = head.headers.first(name: "Authorization")
            // Cookies do not count here: whoever has one gets a ticket by it.
            do {
                answer = try await authenticator.authenticate(authorization: authorization, source: source)
            } catch let failure as APIFailure {
                let status = HTTPResponseStatus(statusCode: failure.status.code)
                throw refusal(status, failure.error.code, failure.error.message)
            }
        }
        switch answer {
        case .caller(let caller): return caller
        case .unknown:
            if head.headers.contains(name: "Authorization") {
                try await refusals.deny(source, Self.subject, "unknown_token")
            }
            throw refusal(.unauthorized, "unauthorized", APIFailure.unauthorized.error.message)
        case .blocked:
            try await refusals.countBlocked(source)
            throw refusal(.tooManyRequests, "too_many_failures", APIFailure.tooManyFailures.error.message)
        }
    }

    private func source(_ head: HTTPRequestHead, _ channel: any Channel) -> String {
        clientAddress.find(
            peer: channel.isUnixSocket ? nil : channel.remoteAddress?.ipAddress,
            forwardedFor: head.headers["X-Forwarded-For"]
        )
    }

    private func refusal(_ status: HTTPResponseStatus, _ code: String, _ message: String) -> WebSocketGate.Refusal {
        WebSocketGate.Refusal(status: status, code: code, message: message)
    }
}
