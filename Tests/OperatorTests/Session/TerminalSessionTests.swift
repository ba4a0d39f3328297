import NIOCore
import NIOPosix
import NIOWebSocket
import Testing
import Wire

@testable import Operator

@Suite(.timeLimit(.minutes(1))) struct TerminalSessionTests {
    private let terminal = RecordingTerminal()

    private func attach(
        to server: ScriptedServer,
        ready: TimeAmount = .seconds(20),
        withPicture: Bool = false
    ) throws -> TerminalSession {
        let configuration = OperatorConfiguration(server: .adminSocket(path: server.socket))
        let connection = try ServerConnection(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let limits = TerminalSession.Limits(ready: ready)
        let path = ScriptedServer.webSocket
        let session = TerminalSession(
            connection: connection,
            path: path,
            terminal: terminal,
            limits: limits,
            withPicture: withPicture
        )
        session.start()
        return session
    }

    @Test func `output is shown and acknowledged, and the exit status is the shell's`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                if case .attached(let path, let channel) = event {
                    #expect(path == ScriptedServer.webSocket)
                    channel.say(.state(.ready))
                    channel.show("hello ")
                    channel.show("world")
                }
                if case .control(.ack(11)) = event { break }
            }
            #expect(terminal.seen.hasBegun)
            #expect(terminal.shown == "hello world")
            session.abandon()
            #expect(try await session.outcome.get() == .abandoned)
        }
    }

    @Test func `a picture is shown and not counted, and a connection that drops behind it goes on there`() async throws
    {
        try await ScriptedServer.with { server in
            let session = try attach(to: server, withPicture: true)
            var paths: [String] = []
            for await event in server.events {
                if case .attached(let path, let channel) = event {
                    paths.append(path)
                    if paths.count == 1 { try await channel.close().get() }
                    guard paths.count == 2 else {
                        if paths.count > 2 { break }
                        continue
                    }
                    channel.say(.state(.ready))
                    channel.say(.screen(bytes: 1000, columns: 80, rows: 24))
                    channel.show("<picture>")
                    channel.show("live")
                }
                if case .control(.ack(let bytes)) = event {
                    #expect(bytes == 1004)
                    break
                }
            }
            #expect(terminal.shown == "<picture>live")
            #expect(paths == [String](repeating: "\(ScriptedServer.webSocket)?screen=1", count: 2))
            session.abandon()
        }
    }

    @Test func `who looks on is said when they come and when they go`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.say(.state(.ready))
                channel.say(.watchers(names: ["eve"]))
                channel.say(.watchers(names: []))
                channel.say(.end(SessionEnd(reason: "", exitStatus: 0)))
                break
            }
            _ = try await session.outcome.get()
            #expect(terminal.seen.notes == ["eve is watching this session", "eve is not watching any more"])
        }
    }

    @Test func `the end of the session is the server's word`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            let end = SessionEnd(reason: "the shell exited", exitStatus: 42)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.say(.state(.ready))
                channel.show("bye")
                channel.say(.end(end))
                break
            }
            let outcome = try await session.outcome.get()
            #expect(outcome == .ended(end))
            #expect(terminal.shown == "bye")
        }
    }

    @Test func `the window's size is told first, and keys arrive as typed`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            var isSized = false
            for await event in server.events {
                if case .control(.resize(80, 24)) = event {
                    isSized = true
                    session.typed(ByteBuffer(string: "ls\r"))
                }
                guard case .input(let bytes) = event else { continue }
                #expect(isSized)
                #expect(String(buffer: bytes) == "ls\r")
                break
            }
            session.abandon()
        }
    }

    @Test func `a dropped connection is taken up where it broke`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            var attachments = 0
            var input = ""
            var first: (any Channel)?
            for await event in server.events {
                switch event {
                case .attached(let path, let channel) where attachments == 0:
                    attachments = 1
                    first = channel
                    #expect(path == ScriptedServer.webSocket)
                    channel.say(.state(.ready))
                    channel.say(.ack(bytes: 0))
                    channel.show("12345")
                    session.typed(ByteBuffer(string: "abc"))
                case .attached(let path, let channel):
                    attachments += 1
                    #expect(path == "\(ScriptedServer.webSocket)?after=5")
                    // One byte of the three had come through.
                    channel.say(.ack(bytes: 1))
                    channel.show("67890")
                case .input(let bytes):
                    input += String(buffer: bytes)
                    if attachments == 1, input == "abc" { input = "" }
                case .control(.ack(5)) where attachments == 1:
                    first?.close(promise: nil)
                default: break
                }
                if attachments == 2, input == "bc", terminal.shown == "1234567890" { break }
            }
            #expect(terminal.shown == "1234567890")
            session.abandon()
        }
    }

    @Test func `a session that does not get ready ends, and the state is named`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server, ready: .milliseconds(300))
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.say(.state(.connecting))
                break
            }
            #expect(try await session.outcome.get() == .timedOut(.connecting))
            #expect(!terminal.seen.hasBegun)
        }
    }

    @Test func `a server that says nothing at all does not hold the operator`() async throws {
        try await ScriptedServer.with(["GET \(ScriptedServer.webSocket)": (0, "")]) { server in
            let session = try attach(to: server, ready: .milliseconds(300))
            let outcome = try await session.outcome.get()
            #expect(outcome == .timedOut(.waiting))
        }
    }

    @Test func `a refusal to attach is passed on in the server's words`() async throws {
        let refusal = (404, #"{"error":{"code":"not_found","message":"there is no such session"}}"#)
        try await ScriptedServer.with(["GET \(ScriptedServer.webSocket)": refusal]) { server in
            let session = try attach(to: server)
            let outcome = try await session.outcome.get()
            #expect(outcome == .lost("there is no such session"))
        }
    }

    @Test(arguments: [
        (4001, "another terminal has taken this session over"),
        (4002, "this session has gone on at another terminal"),
        (4003, "the API token of this terminal is good no more"),
    ])
    func `a session that this terminal may not have any more is left`(code: UInt16, reason: String) async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.closeWebSocket(code: code)
                break
            }
            #expect(try await session.outcome.get() == .lost(reason))
        }
    }

    @Test(arguments: ["{", #"{"type":"shout"}"#, #"{"type":"resize","columns":0,"rows":0}"#, "\u{0}"])
    func `a message that makes no sense does not end the session`(text: String) async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.frame(.text, ByteBuffer(string: text))
                channel.say(.end(SessionEnd(reason: "", exitStatus: 7)))
                break
            }
            #expect(try await session.outcome.get().exitCode == 7)
        }
    }

    @Test func `a message in fragments is one message, and pings are answered`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                let end = TerminalControl.end(SessionEnd(reason: "", exitStatus: 9)).encoded
                channel.frame(.ping, ByteBuffer(string: "there?"))
                channel.frame(.text, ByteBuffer(bytes: end.prefix(10)), fin: false)
                channel.frame(.continuation, ByteBuffer(bytes: end.dropFirst(10)))
                break
            }
            #expect(try await session.outcome.get().exitCode == 9)
        }
    }

    @Test func `bytes that are no WebSocket are a lost connection, which is tried again`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            var attachments = 0
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                attachments += 1
                guard attachments == 1 else {
                    channel.say(.end(SessionEnd(reason: "", exitStatus: 0)))
                    break
                }
                // A frame that claims to have 2^62 bytes.
                try await channel.writeRaw([0x82, 0x7f, 0x40, 0, 0, 0, 0, 0, 0, 0])
            }
            #expect(try await session.outcome.get().exitCode == 0)
            #expect(attachments == 2)
        }
    }

    @Test func `who types faster than the server takes is asked to wait`() async throws {
        try await ScriptedServer.with { server in
            let session = try attach(to: server)
            for await event in server.events {
                guard case .attached(_, let channel) = event else { continue }
                channel.say(.state(.ready))
                session.typed(ByteBuffer(repeating: 0x78, count: TypedInput.comfortable))
                try await waitUntil { terminal.seen.isPaused }
                channel.say(.ack(bytes: UInt64(TypedInput.comfortable)))
                try await waitUntil { !terminal.seen.isPaused }
                break
            }
            session.abandon()
        }
    }

    private func waitUntil(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(10)) }
    }
}
