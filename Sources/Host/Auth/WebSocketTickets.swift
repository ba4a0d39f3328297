import Foundation
import NIOCore
import Synchronization
import Trust

/// One-use passes for browsers, which cannot send an Authorization header with a WebSocket.
final class WebSocketTickets: Sendable {
    struct Ticket: Sendable {
        let session: UUID
        let caller: Caller
        /// The page that asked for it; the WebSocket must come from the same one.
        let origin: String?
        let expires: NIODeadline
    }

    static let validity = TimeAmount.seconds(30)
    private static let limit = 10_000
    private let tickets = Mutex<[String: Ticket]>([:])

    func issue(session: UUID, caller: Caller, origin: String?, at now: NIODeadline = .now()) -> String? {
        let name = RandomToken.make(.ticket).text
        let ticket = Ticket(session: session, caller: caller, origin: origin, expires: now + Self.validity)
        return tickets.withLock { tickets in
            if tickets.count >= Self.limit { tickets = tickets.filter { $0.value.expires > now } }
            guard tickets.count < Self.limit else { return nil }
            tickets[name] = ticket
            return name
        }
    }

    /// Whose ticket it is. Burnt by the asking, right or wrong.
    func redeem(_ name: String, session: UUID, origin: String?, at now: NIODeadline = .now()) -> Caller? {
        guard let ticket = tickets.withLock({ $0.removeValue(forKey: name) }), ticket.expires > now,
            ticket.session == session, ticket.origin == origin
        else { return nil }
        return ticket.caller
    }
}
