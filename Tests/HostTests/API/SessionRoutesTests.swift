import Foundation
import NIOCore
import Testing
import Trust
import Wire

@testable import Host

@Suite struct SessionRoutesTests {
    private static let connect = #"{"envoy_id": "WEB3", "protocol": "echo", "port": 22}"#

    @Test func `a session is opened, listed, terminated, and written down at both ends`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.send(.post, "/api/v1/scrier/connect", Self.connect)
            #expect(answer.status == 202, "\(answer.body)")
            let opened = try answer.decode(ConnectResponse.self)
            #expect(opened.websocket == "/ws/scrier/\(opened.sessionID.lowercased)" && opened.state == .waiting)
            let listed = try await client.send(.get, "/api/v1/scrier/sessions", as: .viewer).decode(
                Items<SessionSummary>.self
            )
            #expect(listed.items.map(\.id) == [opened.sessionID] && listed.items[0].user == "admin")
            let path = "/api/v1/scrier/sessions/\(opened.sessionID.lowercased)"
            let status1 = try await client.send(.delete, path).status
            #expect(status1 == 204)
            await world.sessions.session(opened.sessionID)?.finished()
            let shown = try await client.send(.get, path).decode(SessionSummary.self)
            #expect(shown.state == .closed && shown.reason == "terminated by admin")
            let status2 = try await client.send(.delete, path).status
            #expect(status2 == 409)
            let actions = try await world.store.auditRecords(after: 0).filter {
                $0.subject == opened.sessionID.lowercased
            }
            #expect(actions.map(\.action) == ["scrier.connect", "scrier.disconnect"])
            #expect(actions[1].details["reason"] == "terminated by admin")
        }
    }

    @Test func `a key that comes with a connect becomes the user's, and both fingerprints are audited`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for key in [EphemeralKey.generate().publicKey, EphemeralKey.generate().publicKey] {
                let body = #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "ssh_public_key": "\#(key.openSSH)"}"#
                let status3 = try await client.send(.post, "/api/v1/scrier/connect", body).status
                #expect(status3 == 202)
                #expect(try await world.store.user(named: "admin")?.sshFingerprint == key.fingerprint)
            }
            let changes = try await world.store.auditRecords(after: 0).filter { $0.action == "user.key_changed" }
            #expect(changes.count == 2 && changes[0].details["old"] == nil)
            #expect(changes[1].details["old"] == changes[0].details["new"])
        }
    }

    @Test func `another user's key is refused`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let key = EphemeralKey.generate().publicKey
            let update = #"{"ssh_public_key": "\#(key.openSSH)"}"#
            let status4 = try await client.send(.put, "/api/v1/users/viewer", update).status
            #expect(status4 == 200)
            let body = #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "ssh_public_key": "\#(key.openSSH)"}"#
            let answer = try await client.send(.post, "/api/v1/scrier/connect", body)
            #expect(answer.status == 409 && answer.error?.code == "public_key_taken")
            #expect(world.sessions.count == 0)
        }
    }

    @Test func `the session after the last is refused with the limit`() async throws {
        let world = try await APIWorld(maxSessions: 1)
        try await world.test { client in
            let status5 = try await client.send(.post, "/api/v1/scrier/connect", Self.connect).status
            #expect(status5 == 202)
            let answer = try await client.send(.post, "/api/v1/scrier/connect", Self.connect)
            #expect(answer.status == 429 && answer.error?.message.contains("max_sessions") == true)
        }
    }

    @Test func `an envoy that is revoked loses its sessions and gets no new ones`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let opened = try await client.send(.post, "/api/v1/scrier/connect", Self.connect).decode(
                ConnectResponse.self
            )
            let status6 = try await client.send(.post, "/api/v1/envoys/web3/revoke").status
            #expect(status6 == 200)
            let session = try #require(world.sessions.session(opened.sessionID))
            await session.finished()
            #expect(session.lifecycle.ending == .terminated(by: "admin"))
            let id = world.envoy.lowercased
            let answer = try await client.send(
                .post,
                "/api/v1/scrier/connect",
                #"{"envoy_id": "\#(id)", "protocol": "echo", "port": 22}"#
            )
            #expect(answer.status == 409 && answer.error?.message.contains("revoked") == true)
        }
    }

    @Test func `no answer and no audit record has a UUID in capitals`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            var answers = [try await client.send(.post, "/api/v1/scrier/connect", Self.connect)]
            let session = try answers[0].decode(ConnectResponse.self).sessionID.uuidString
            for path in [
                "users", "apitokens", "envoys", "scrier/sessions", "scrier/sessions/\(session)", "envoys/web3",
            ] {
                answers.append(try await client.send(.get, "/api/v1/\(path)"))
            }
            answers.append(try await client.send(.post, "/api/v1/envoys/\(world.envoy.uuidString)/revoke"))
            let user = try #require(try await world.store.user(named: "viewer")).id.uuidString
            answers.append(try await client.send(.put, "/api/v1/users/\(user)", #"{"role": "compliance"}"#))
            answers.append(try await client.send(.delete, "/api/v1/users/\(user)"))
            answers.append(try await client.send(.get, "/api/v1/audit/export"))
            let capitals = try Regex("[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-")
            // Digits alone are no capitals.
            for answer in answers
            where answer.body.matches(of: capitals).contains(where: {
                $0.output[0].substring?.contains(where: \.isLetter) == true
            }) {
                Issue.record("\(answer.body)")
            }
            #expect(answers.allSatisfy { $0.status < 300 })
        }
    }

    @Test func `the audit log is exported line by line and verifies`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            _ = try await client.send(.post, "/api/v1/scrier/connect", Self.connect)
            let export = try await client.send(.get, "/api/v1/audit/export", as: .compliance)
            let lines = export.body.split(separator: "\n")
            #expect(lines.count == (try await world.store.auditHead().sequence))
            #expect(lines.last?.contains(#""action":"scrier.connect""#) == true)
            let verdict = try await client.send(.get, "/api/v1/audit/verify", as: .compliance).decode(
                AuditVerification.self
            )
            #expect(verdict.valid && verdict.records == lines.count)
        }
    }

    @Test func `a ticket opens one socket, once, for its session and its page`() throws {
        let tickets = WebSocketTickets()
        let session = UUID()
        let caller = Caller(name: "dan", role: .admin, user: nil, proof: .token)
        let now = NIODeadline.now()
        func issue() throws -> String {
            try #require(tickets.issue(session: session, caller: caller, origin: "https://a", at: now))
        }
        let good = try issue()
        #expect(tickets.redeem(good, session: session, origin: "https://a", at: now) == caller)
        #expect(tickets.redeem(good, session: session, origin: "https://a", at: now) == nil)
        #expect(tickets.redeem(try issue(), session: UUID(), origin: "https://a", at: now) == nil)
        #expect(tickets.redeem(try issue(), session: session, origin: "https://b", at: now) == nil)
        #expect(tickets.redeem(try issue(), session: session, origin: nil, at: now) == nil)
        #expect(tickets.redeem(try issue(), session: session, origin: "https://a", at: now + .seconds(31)) == nil)
    }
}
