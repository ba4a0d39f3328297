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

    /// The ids of a user and of an API token of theirs.
    private func token(of name: String, _ world: APIWorld) async throws -> (user: UUID, token: String) {
        let random = RandomToken.make(.api)
        let user = try #require(try await world.store.user(named: name)).id
        let record = APITokenRecord(
            id: random.id,
            user: user,
            name: "x",
            hash: TokenHash.sha256(random.secret),
            createdAt: Date()
        )
        try await world.store.createAPIToken(record, audit: [])
        return (user, random.id)
    }

    /// A socket attached to a session by a ticket that was had with a token.
    private func attach(_ it: AttachedSession) async throws -> (socket: RawSocket, token: String) {
        let (user, token) = try await self.token(of: "admin", it.world)
        let caller = Caller(name: it.session.plan.actor, role: .admin, user: user, proof: .token, token: token)
        let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
        let socket = try it.socket()
        #expect(await socket.upgrade("\(it.uri)?ticket=\(ticket)").hasPrefix("HTTP/1.1 101"))
        return (socket, token)
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

    @Test func `who was given another's name is not let into their session`() async throws {
        let it = try await AttachedSession.make(ofRoot: true)
        let user = try #require(try await it.world.store.user(named: "admin"))
        // Of a session with an operator of the same name, who is no user of the server.
        let caller = Caller(name: it.session.plan.actor, role: .admin, user: user.id, proof: .cookie)
        for query in ["", "&screen=1", "&after=0"] {
            let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
            let socket = try it.socket()
            #expect(await socket.upgrade("\(it.uri)?ticket=\(ticket)\(query)").hasPrefix("HTTP/1.1 403"), "\(query)")
        }
        let owner = try it.socket()
        #expect(await owner.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        await it.stop()
    }

    /// Each proof of who they are with which a user may look on at another's session.
    @Test(arguments: [Caller.Proof.token, .password], ["PUT", "DELETE"])
    func `who is demoted or deleted looks on no more`(proof: Caller.Proof, method: String) async throws {
        let it = try await AttachedSession.make(ofRoot: true)
        try await it.world.test { client in
            let promoted = try await client.send(.put, "/api/v1/users/viewer", #"{"role": "admin"}"#)
            #expect(promoted.status == 200)
            let (user, token) = try await self.token(of: "viewer", it.world)
            let caller = Caller(
                name: "viewer",
                role: .admin,
                user: user,
                proof: proof,
                token: proof == .token ? token : nil
            )
            let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
            let socket = try it.socket()
            #expect(await socket.upgrade("\(it.uri)?watch=1&ticket=\(ticket)").hasPrefix("HTTP/1.1 101"))
            let answer =
                method == "PUT"
                ? try await client.send(.put, "/api/v1/users/viewer", #"{"role": "viewer"}"#)
                : try await client.send(.delete, "/api/v1/users/viewer")
            #expect(answer.status < 300)
            #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 4003)
            #expect(try await !it.world.store.isStillGood(caller))
        }
        await it.stop()
    }

    @Test func `a user's API tokens end with the role that they were made for`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let before = try await client.send(.get, "/api/v1/whoami", as: .viewer).status
            #expect(before == 200)
            let answer = try await client.send(.put, "/api/v1/users/viewer", #"{"role": "admin"}"#)
            #expect(answer.status == 200)
            let records = try await world.store.auditRecords(after: 0).suffix(2)
            let after = try await client.send(.get, "/api/v1/whoami", as: .viewer).status
            #expect(after == 401)
            #expect(records.map(\.action) == ["user.role_changed", "apitoken.revoked"])
            #expect(records.last?.details["why"] == "the role changed")
        }
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
