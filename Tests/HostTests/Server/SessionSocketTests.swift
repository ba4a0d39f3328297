import Foundation
import Glibc
import NIOCore
import NIOWebSocket
import Testing
import Trust
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

/// WebSockets over the admin socket, where the peer's uid is the proof; spoken byte by byte.
@Suite(.serialized) struct SessionSocketTests {
    @Test func `bytes go both ways, and the end says how it ended`() async throws {
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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

    @Test func `a ticket that a login got is good as long as the login is, and who ends it ends what it opened`()
        async throws
    {
        let it = try await AttachedSession.make()
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
        let end = try #require(await socket.readFrame { $0.opcode == 1 && $0.text.contains("login") })
        #expect(end.text.contains("the login that this terminal was attached with is over: signed out"))
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
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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

    /// First byte, masked, length bytes, payload (RFC 6455 section 5.2): each breaks one rule of it.
    private static let malformed: [(String, UInt8, Bool, [UInt8], [UInt8])] = [
        ("an unmasked frame", 0x82, false, [2], [1, 2]), ("reserved bit 1", 0xc2, true, [1], [1]),
        ("reserved bit 2", 0xa2, true, [1], [1]), ("reserved bit 3", 0x92, true, [1], [1]),
        ("a reserved data opcode", 0x83, true, [1], [1]), ("a reserved control opcode", 0x8b, true, [1], [1]),
        ("a fragmented ping", 0x09, true, [1], [1]), ("a fragmented close", 0x08, true, [2], [0x03, 0xe8]),
        ("a ping of 126 bytes", 0x89, true, [126, 0, 126], [UInt8](repeating: 0, count: 126)),
        ("a length of 2^63", 0x82, true, [127, 0x80, 0, 0, 0, 0, 0, 0, 0], [1]),
        ("a length of 2^63 - 1", 0x82, true, [127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [1]),
        ("a continuation of nothing", 0x80, true, [1], [1]),
    ]

    @Test(arguments: malformed.indices)
    func `a frame that breaks a rule of WebSocket ends the connection, and not the session`(index: Int) async throws {
        let (name, first, isMasked, length, payload) = Self.malformed[index]
        let it = try await AttachedSession.make()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        await socket.sendRawFrame(first: first, isMasked: isMasked, length: length, payload: payload)
        #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 1002, "\(name)")
        #expect(!it.session.lifecycle.state.isOver && it.worker.told.input.isEmpty, "\(name)")
        let again = try it.socket()
        #expect(await again.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        it.worker.show("still here")
        #expect(await again.readFrame { $0.opcode == 2 }?.text == "still here")
        await it.stop()
    }

    @Test func `a text may come in pieces, and neither its pieces nor their sum may be large`() async throws {
        let it = try await AttachedSession.make()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        await socket.sendFrame(1, Array(#"{"type":"res"#.utf8), final: false)
        await socket.sendFrame(0, Array(#"ize","columns":100,"#.utf8), final: false)
        await socket.sendFrame(0, Array(#""rows":30}"#.utf8))
        await socket.sendFrame(2, Array("x".utf8))
        #expect(await eventually { it.worker.told.input == "x" })
        await socket.sendFrame(1, [UInt8](repeating: 0x20, count: 3000), final: false)
        await socket.sendFrame(0, [UInt8](repeating: 0x20, count: 3000), final: false)
        #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 1009)
        #expect(!it.session.lifecycle.state.isOver)
        await it.stop()
    }

    @Test func `a message inside of another is refused`() async throws {
        let it = try await AttachedSession.make()
        for (outer, inner) in [(2, 1), (1, 2), (1, 1), (2, 2)] as [(UInt8, UInt8)] {
            let socket = try it.socket()
            _ = await socket.upgrade(it.uri)
            await socket.sendFrame(outer, Array("{".utf8), final: false)
            await socket.sendFrame(inner, Array("}".utf8))
            #expect(await socket.readFrame { $0.opcode == 8 }?.closeCode == 1002, "\(inner) inside of \(outer)")
        }
        #expect(!it.session.lifecycle.state.isOver)
        await it.stop()
    }

    @Test(
        arguments: [[], [0x03], [0x03, 0xed], [0, 0], [0xff, 0xff], [0x03, 0xea, 0xff, 0xfe], [0x03, 0xe9]] as [[UInt8]]
    )
    func `only a proper goodbye is one`(payload: [UInt8]) async throws {
        let it = try await AttachedSession.make()
        let socket = try it.socket()
        _ = await socket.upgrade(it.uri)
        await socket.sendFrame(8, payload)
        while await socket.readFrame() != nil {}
        try await Task.sleep(for: .milliseconds(50))
        #expect(!it.session.lifecycle.state.isOver)
        await it.stop()
    }

    /// A browser closes by itself over half a character (RFC 6455 section 5.5.1), and a control frame holds 125 bytes.
    @Test func `the reason of a close is whole text however long it is`() {
        for filler in ["a", "ü", "€", "😀"] {
            for shift in 0..<4 {
                let reason = String(repeating: "x", count: shift) + String(repeating: filler, count: 200)
                var data = WebSocketFrame.close(.protocolError, reason).data
                #expect(data.readableBytes <= 125)
                #expect(data.readWebSocketErrorCode() == .protocolError)
                #expect(reason.hasPrefix(String(buffer: data)) && data.readableBytes > 110)
            }
        }
    }

    @Test func `another administrator may look on, types for nobody, and both ends are on record`() async throws {
        let it = try await AttachedSession.make()
        let first = try it.socket()
        _ = await first.upgrade(it.uri)
        let caller = Caller(name: "eve", role: .admin, user: nil, proof: .token)
        let ticket = try #require(it.world.tickets.issue(session: it.session.id, caller: caller, origin: nil))
        let watcher = try it.socket()
        #expect(await watcher.upgrade("\(it.uri)?watch=1&ticket=\(ticket)").hasPrefix("HTTP/1.1 101"))
        #expect(await eventually { it.worker.told.looks == [1] })
        it.worker.say(.screen(1, columns: 80, rows: 24, paint: Array("<picture>".utf8)))
        #expect(await watcher.readFrame { $0.opcode == 2 }?.text == "<picture>")
        #expect(await first.readFrame { $0.text == #"{"names":["eve"],"type":"watchers"}"# } != nil)
        await watcher.sendFrame(2, Array("intruder".utf8))
        await first.sendFrame(2, Array("operator".utf8))
        #expect(await eventually { it.worker.told.input == "operator" })
        watcher.close()
        #expect(await first.readFrame { $0.text == #"{"names":[],"type":"watchers"}"# } != nil)
        let world = it.world
        #expect(
            await eventually {
                let records = (try? await world.store.auditRecords(after: 0)) ?? []
                let watches = records.filter { $0.action.hasPrefix("scrier.watch") }
                return watches.map(\.action) == ["scrier.watch_started", "scrier.watch_ended"]
                    && watches.allSatisfy { $0.actor == "eve" }
            }
        )
        #expect(!it.session.lifecycle.state.isOver)
        await it.stop()
    }

    @Test func `fragments of input need not wait for each other, and a ping is answered in between`() async throws {
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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
        let it = try await AttachedSession.make()
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
