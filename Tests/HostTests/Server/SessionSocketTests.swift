import Foundation
import Glibc
import NIOCore
import Testing
import Trust
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

/// WebSockets over the admin socket, where the peer's uid is the proof; spoken byte by byte.
@Suite(.serialized) struct SessionSocketTests {
    private struct Attached {
        let world: APIWorld
        let listener: APIListener
        let session: Session
        let worker: FakeWorker
        let path: String
        let target: Target

        func socket() throws -> RawSocket { try RawSocket(path: path) }
        var uri: String { "/ws/scrier/\(session.id.lowercased)" }

        func stop() async {
            await listener.stop()
            await world.remove()
            unlink(path)
        }
    }

    /// A ready session of whoever runs this test, with a listener on a Unix socket in front of it.
    private func attached() async throws -> Attached {
        let target = try await Target()
        let world = try await APIWorld(tunnels: FakeTunnels(.reach(target.address)))
        let me = PeerCredentials(uid: getuid(), pid: getpid()).actorName()
        let plan = SessionPlan(
            id: UUID(),
            envoy: world.envoy,
            hostname: "web3",
            plugin: PluginDescriptor(id: "echo", label: "Echo", roles: [.terminal]),
            port: 22,
            actor: me,
            clientAddress: "local",
            parameters: [:],
            columns: 80,
            rows: 24,
            askedAt: Date()
        )
        let path = "/tmp/vigo-\(UUID().uuidString.prefix(8)).sock"
        let authenticator = Authenticator(store: world.store, web: world.web, ownUID: getuid())
        let address = ClientAddress(trustedProxies: [])
        let router = APIRouter(
            routes: world.routes,
            authenticator: authenticator,
            clientAddress: address,
            store: world.store,
            logger: APIWorld.quiet
        )
        let gate = SessionSocketRoute(
            authenticator: authenticator,
            clientAddress: address,
            sessions: world.sessions,
            tickets: world.tickets,
            store: world.store
        ).gate
        let listener = try await APIListener.start(
            .unixDomainSocket(path: path),
            named: path,
            tls: nil,
            router: router.makeRouter(),
            gate: gate,
            logger: APIWorld.quiet
        )
        let session = try await world.sessions.open(plan)
        try #require(await eventually { world.workers.worker?.told.started != nil })
        let worker = try #require(world.workers.worker)
        worker.say(.ready)
        return Attached(world: world, listener: listener, session: session, worker: worker, path: path, target: target)
    }

    @Test func `bytes go both ways, and the end says how it ended`() async throws {
        let it = try await attached()
        let socket = try it.socket()
        #expect(await socket.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        it.worker.show("hello")
        #expect(await socket.readFrame { $0.opcode == 2 }?.text == "hello")
        await socket.sendFrame(2, Array("ls\n".utf8))
        #expect(await eventually { it.worker.told.input == "ls\n" })
        #expect(await socket.readFrame { $0.text == #"{"bytes":3,"type":"ack"}"# } != nil)
        it.worker.finish(WorkerEnding(status: -1, exitStatus: 5))
        let end = try #require(await socket.readFrame { $0.opcode == 1 && $0.text.contains("\"end\"") })
        #expect(end.text.contains(#""exit_status":5"#))
        #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 1000)
        await it.stop()
    }

    @Test func `who comes back gets what was missed`() async throws {
        let it = try await attached()
        var socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        it.worker.show("one two ")
        _ = await socket.readFrame { $0.opcode == 2 }
        socket.close()
        it.worker.show("three")
        socket = try it.socket()
        #expect(await socket.upgrade("\(it.uri)?after=4").hasPrefix("HTTP/1.1 101"))
        var text = ""
        while text.count < 9, let frame = await socket.readFrame(where: { $0.opcode == 2 }) { text += frame.text }
        #expect(text == "two three")
        await it.stop()
    }

    @Test func `a ticket that a login got is good as long as the login is, and who ends it closes the WebSocket`()
        async throws
    {
        let it = try await attached()
        let user = try #require(try await it.world.store.user(named: "admin"))
        let proof = BasicAuthProvider.Proof(user: user, mark: PasswordMark.Maker().decoy(), epoch: 0)
        let (cookie, login) = try await it.world.logins.begin(proof, replacing: nil, from: "local", client: nil)
        let caller = Caller(name: it.session.plan.actor, role: .admin, user: user.id, proof: .cookie, login: login.id)
        func uri() throws -> String {
            let ticket = it.world.tickets.issue(session: it.session.id, caller: caller, origin: APIWorld.origin)
            return "\(it.uri)?ticket=\(try #require(ticket))"
        }
        let page = "Origin: \(APIWorld.origin)\r\n"
        let foreign = try it.socket()
        #expect(await foreign.upgrade(try uri(), headers: "Origin: https://evil.example\r\n").hasPrefix("HTTP/1.1 401"))
        let cookieOnly = try it.socket()
        let headers = page + "Cookie: __Host-vigo=\(cookie.text)\r\n"
        #expect(await cookieOnly.upgrade(it.uri, headers: headers).hasPrefix("HTTP/1.1 403"))
        let socket = try it.socket()
        #expect(await socket.upgrade(try uri(), headers: page).hasPrefix("HTTP/1.1 101"))
        let unused = try uri()
        #expect(await it.world.logins.end(login.id, .signedOut) { _ in true })
        it.worker.show("too late")
        #expect(await socket.readFrame { $0.text == "too late" } == nil)
        let late = try it.socket()
        #expect(await late.upgrade(unused, headers: page).hasPrefix("HTTP/1.1 401"))
        await it.stop()
    }

    @Test(arguments: [
        ("/ws/scrier/ID?after=x", "", "400"), ("/ws/scrier/ID?after=-1", "", "400"), ("/ws/scrier/nonsense", "", "404"),
        ("/ws/scrier/63dfa092-5262-44ac-b04b-1533c709ab42", "", "404"), ("/ws/other", "", "404"), ("/", "", "404"),
        ("/ws/scrier/ID", "Origin: https://evil.example\r\n", "403"), ("/ws/scrier/ID?ticket=x", "", "401"),
    ])
    func `a WebSocket that may not be is answered and not left hanging`(
        uri: String,
        headers: String,
        status: String
    ) async throws {
        let it = try await attached()
        let socket = try it.socket()
        let head = await socket.upgrade(
            uri.replacingOccurrences(of: "ID", with: it.session.id.lowercased),
            headers: headers
        )
        #expect(head.hasPrefix("HTTP/1.1 \(status)"), "\(head)")
        #expect(!it.session.lifecycle.state.isOver)
        await it.stop()
    }

    @Test func `another operator's session is not to be attached to`() async throws {
        let it = try await attached()
        let caller = Caller(name: "somebody else", role: .admin, user: nil, proof: .token)
        let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
        let head = try await it.socket().upgrade("\(it.uri)?ticket=\(ticket)")
        #expect(head.hasPrefix("HTTP/1.1 403"))
        await it.stop()
    }

    /// Opcode, payload, final; then the close code that answers it.
    private static let nonsense: [(UInt8, [UInt8], Bool, Int)] = [
        (1, Array("not JSON".utf8), true, 1002), (1, Array("{}".utf8), true, 1002), (1, [0xff, 0xfe], true, 1002),
        (1, Array(#"{"type":"resize","columns":0,"rows":5}"#.utf8), true, 1002),
        (1, Array(#"{"type":"resize","columns":1e9,"rows":5}"#.utf8), true, 1002),
        (1, Array(#"{"type":"ack","bytes":-1}"#.utf8), true, 1002),
        (1, Array(#"{"type":"ack","bytes":99}"#.utf8), true, 1002),
        (1, Array(#"{"type":"end","reason":"x"}"#.utf8), true, 1002),
        (1, Array(#"{"type":"shutdown"}"#.utf8), true, 1002),
        (1, [UInt8](repeating: 0x20, count: 5000), true, 1009), (0, [1], true, 1002), (3, [1], true, 1002),
        (2, [UInt8](repeating: 0, count: (1 << 20) + 1), true, 1002),
    ]

    @Test(arguments: nonsense.indices)
    func `nonsense in a frame ends the connection with a code, and not the session`(index: Int) async throws {
        let (opcode, payload, final, code) = Self.nonsense[index]
        let it = try await attached()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        await socket.sendFrame(opcode, payload, final: final)
        #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == code)
        #expect(!it.session.lifecycle.state.isOver)
        let again = try it.socket()
        #expect(await again.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        it.worker.show("still here")
        #expect(await again.readFrame { $0.opcode == 2 }?.text == "still here")
        await it.stop()
    }

    @Test func `fragments of input need not wait for each other, and a ping is answered in between`() async throws {
        let it = try await attached()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        await socket.sendFrame(2, Array("ab".utf8), final: false)
        await socket.sendFrame(9, Array("ping".utf8))
        await socket.sendFrame(0, Array("cd".utf8))
        #expect(await socket.readFrame { $0.opcode == 10 }?.text == "ping")
        #expect(await eventually { it.worker.told.input == "abcd" })
        await it.stop()
    }

    @Test func `a client that reads nothing is held, and terminate works all the same`() async throws {
        let it = try await attached()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        let chunk = String(repeating: "x", count: 64 << 10)
        for _ in 0..<16 { it.worker.show(chunk) }
        #expect(await eventually { it.worker.told.isPaused })
        #expect(await it.world.sessions.terminate(it.session.id, by: "eve"))
        await it.session.finished()
        #expect(it.session.lifecycle.ending == .terminated(by: "eve") && it.worker.told.isClosed)
        withExtendedLifetime(socket) {}
        await it.stop()
    }

    @Test func `goodbye ends the session, a broken connection does not`() async throws {
        let it = try await attached()
        let first = try it.socket()
        _ = await first.upgrade(it.uri)
        first.close()
        let second = try it.socket()
        _ = await second.upgrade(it.uri)
        _ = await second.readFrame { $0.text.contains("ack") }
        #expect(!it.session.lifecycle.state.isOver)
        await second.sendFrame(8, [0x03, 0xe8])
        await it.session.finished()
        #expect(it.session.lifecycle.ending == .operatorClosed)
        await it.stop()
    }

    @Test func `what is no HTTP at all is answered or closed`() async throws {
        let it = try await attached()
        for bytes in [
            "\u{16}\u{3}\u{1}nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.1\r\n\(String(repeating: "x", count: 40_000)): y\r\n\r\n",
        ] {
            let socket = try it.socket()
            await socket.send(bytes)
            let head = await socket.readHead()
            #expect(head.isEmpty || head.hasPrefix("HTTP/1.1 4") || head.hasPrefix("HTTP/1.1 505"), "\(head)")
        }
        let good = try it.socket()
        await good.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await good.readHead().hasPrefix("HTTP/1.1 200"))
        await it.stop()
    }
}
