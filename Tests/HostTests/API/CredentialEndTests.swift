import Foundation
import NIOCore
import Store
import Testing
import Trust
import Wire

@testable import Host

/// What rests on an API token ends with it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct CredentialEndTests {
    private static let connect = #"{"envoy_id": "web3", "protocol": "echo", "port": 22}"#

    private func token(_ client: APIClient, expires: Int? = nil) async throws -> String {
        let limit = expires.map { #", "expires_in_seconds": \#($0)"# } ?? ""
        let body = #"{"username": "admin", "name": "other"\#(limit)}"#
        return try await client.send(.post, "/api/v1/apitokens", body).decode(APITokenCreated.self).token
    }

    private func open(_ world: APIWorld, _ client: APIClient, _ token: String) async throws -> Session {
        let authorization = "Bearer \(token)"
        let answer = try await client.send(
            .post,
            "/api/v1/scrier/connect",
            authorization: authorization,
            Self.connect
        )
        return try #require(world.sessions.session(try answer.decode(ConnectResponse.self).sessionID))
    }

    @Test func `a token that is revoked takes its sessions along, and no others`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let token = try await token(client)
            let session = try await open(world, client, token)
            let other = try await open(world, client, client.tokens[.admin]!)
            let id = try #require(RandomToken(parsing: token)).id
            let status = try await client.send(.delete, "/api/v1/apitokens/\(id)").status
            #expect(status == 204)
            await session.finished()
            #expect(session.lifecycle.ending == .credentialEnded(.revoked(by: "admin")))
            #expect(session.lifecycle.state == .closed && !other.lifecycle.state.isOver)
            let record = try #require(try await world.store.auditRecords(after: 0).last)
            #expect(record.action == "scrier.disconnect")
            #expect(record.details["reason"] == "the API token that opened the session was revoked by admin")
            #expect(world.credentials.count == 1)
        }
    }

    @Test func `a token that expires does so too`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let session = try await open(world, client, try await token(client, expires: 1))
            await session.finished()
            #expect(session.lifecycle.ending == .credentialEnded(.expired))
            #expect(session.lifecycle.ending?.reason == "the API token that opened the session has expired")
            #expect(world.credentials.count == 0)
        }
    }

    @Test func `what a caller showed is looked at again once it is in use`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let token = try #require(RandomToken(parsing: try await token(client))).id
            let caller = Caller(name: "admin", role: .admin, user: nil, proof: .token, token: token)
            #expect(try await world.store.isStillGood(caller))
            let viewer = Caller(name: "admin", role: .viewer, user: nil, proof: .token, token: token)
            #expect(try await !world.store.isStillGood(viewer))
            try await world.store.revokeAPIToken(token, audit: [])
            #expect(try await !world.store.isStillGood(caller))
            let gone = Caller(name: "admin", role: .admin, user: nil, proof: .token, token: "none")
            #expect(try await !world.store.isStillGood(gone))
            #expect(
                try await world.store.isStillGood(Caller(name: "root", role: .admin, user: nil, proof: .adminSocket))
            )
        }
    }

    /// A socket attached to a session of root's by a ticket that was had with a token.
    private func attach(_ it: AttachedSession) async throws -> (socket: RawSocket, token: String) {
        let random = RandomToken.make(.api)
        let user = try #require(try await it.world.store.user(named: "admin"))
        let record = APITokenRecord(
            id: random.id,
            user: user.id,
            name: "x",
            hash: TokenHash.sha256(random.secret),
            createdAt: Date()
        )
        try await it.world.store.createAPIToken(record, audit: [])
        let caller = Caller(
            name: it.session.plan.actor,
            role: .admin,
            user: user.id,
            proof: .token,
            token: random.id
        )
        let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
        let socket = try it.socket()
        #expect(await socket.upgrade("\(it.uri)?ticket=\(ticket)").hasPrefix("HTTP/1.1 101"))
        return (socket, random.id)
    }

    @Test func `a terminal that was attached with a revoked token is cut off, and the session stays`() async throws {
        let it = try await AttachedSession.make()
        let (socket, token) = try await attach(it)
        it.worker.show("hello")
        #expect(await socket.readFrame { $0.opcode == 2 }?.text == "hello")
        it.world.credentials.revoked(token, by: "eve")
        // Typed before the client has read that it is over.
        await socket.sendFrame(2, Array("rm -rf /\n".utf8))
        #expect(await socket.readFrame { $0.opcode == 1 && $0.text.contains("was revoked by eve") } != nil)
        #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 4003)
        #expect(it.worker.told.input == "" && !it.session.lifecycle.state.isOver)
        let again = try it.socket()
        #expect(await again.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        await it.stop()
    }

    @Test func `a ticket is worth no more than the token that it was had with`() async throws {
        let it = try await AttachedSession.make()
        let caller = Caller(name: it.session.plan.actor, role: .admin, user: nil, proof: .token, token: "gone")
        let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
        let socket = try it.socket()
        #expect(await socket.upgrade("\(it.uri)?ticket=\(ticket)").hasPrefix("HTTP/1.1 401"))
        await it.stop()
    }

    @Test func `a watch that is given up hears nothing and is forgotten`() {
        let watch = CredentialWatch()
        let registration = watch.add("a", until: Date(timeIntervalSinceNow: 3600)) { _ in Issue.record("heard") }
        registration.cancel()
        watch.revoked("a", by: "eve")
        #expect(watch.count == 0)
    }
}
