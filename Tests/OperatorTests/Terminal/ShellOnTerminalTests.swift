import Foundation
import Glibc
import Lab
import NIOCore
import Testing
import Wire

@testable import Operator

/// The real program on a real terminal, against a server that does as it is told.
@Suite(.timeLimit(.minutes(1)), .serialized) struct ShellOnTerminalTests {
    private func run(_ server: ScriptedServer, _ arguments: [String] = []) throws -> TerminalProgram {
        try TerminalProgram(
            Lab.program("vigocli"),
            ["scrier", "connect", "--protocol", "echo", "web-01"] + arguments,
            environment: ["VIGO_ADMIN_SOCKET": server.socket]
        )
    }

    /// Runs a session up to its prompt, then `body`; checks that the terminal is as it was before.
    private func session(
        _ body: (TerminalProgram, any Channel, inout AsyncStream<ScriptedServer.Event>.Iterator) async throws -> Void,
        status: Int32
    ) async throws {
        try await ScriptedServer.with { server in
            let terminal = try run(server)
            let before = Settings(terminal.attributes)
            var events = server.events.makeAsyncIterator()
            let channel = try await attachment(&events)
            channel.say(.state(.ready))
            channel.show("prompt$ ")
            try await terminal.expect("prompt$ ")
            #expect(Settings(terminal.attributes) != before)
            #expect(terminal.attributes.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
            try await body(terminal, channel, &events)
            #expect(try await terminal.exitStatus() == status)
            #expect(Settings(terminal.attributes) == before)
        }
    }

    private func attachment(_ events: inout AsyncStream<ScriptedServer.Event>.Iterator) async throws -> any Channel {
        while let event = await events.next() { if case .attached(_, let channel) = event { return channel } }
        throw NeverHappened(description: "no WebSocket")
    }

    @Test func `the terminal is put back when the shell exits`() async throws {
        try await session(
            { _, channel, _ in channel.say(.end(SessionEnd(reason: "", exitStatus: 5))) },
            status: 5
        )
    }

    @Test func `the terminal is put back when the server ends the session, and the reason is said`() async throws {
        try await session(
            { terminal, channel, _ in
                channel.say(.end(SessionEnd(reason: "the SSH plugin crashed (SIGSEGV)\u{1b}[2J")))
                try await terminal.expect("vigocli: the SSH plugin crashed (SIGSEGV)[2J")
            },
            status: 255
        )
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
    func `the terminal is put back after a signal`(signal: Int32) async throws {
        try await session({ terminal, _, _ in terminal.send(signal: signal) }, status: 255)
    }

    @Test func `a tilde and a dot hang up`() async throws {
        try await session({ terminal, _, _ in terminal.type("\r~.") }, status: 255)
    }

    @Test func `Ctrl-C and Ctrl-Z are the shell's`() async throws {
        try await session(
            { terminal, channel, events in
                terminal.type("\u{3}\u{1a}\u{1c}")
                var input: [UInt8] = []
                while input.count < 3, let event = await events.next() {
                    if case .input(let bytes) = event { input += bytes.readableBytesView }
                }
                #expect(input == [3, 0x1a, 0x1c])
                channel.say(.end(SessionEnd(reason: "", signal: "INT")))
            },
            status: 130
        )
    }

    @Test func `a suspended session gives the terminal back, and takes it again`() async throws {
        try await session(
            { terminal, channel, _ in
                terminal.send(signal: SIGTSTP)
                try await eventually("a cooked terminal") { terminal.attributes.c_lflag & tcflag_t(ICANON) != 0 }
                terminal.send(signal: SIGCONT)
                try await eventually("a raw terminal") { terminal.attributes.c_lflag & tcflag_t(ICANON) == 0 }
                channel.say(.end(SessionEnd(reason: "", exitStatus: 0)))
            },
            status: 0
        )
    }

    @Test func `a new size of the window reaches the server`() async throws {
        try await session(
            { terminal, channel, events in
                terminal.resize(columns: 123, rows: 45)
                while let event = await events.next() { if case .control(.resize(123, 45)) = event { break } }
                channel.say(.end(SessionEnd(reason: "", exitStatus: 0)))
            },
            status: 0
        )
    }

    @Test func `a session that hangs is ended on the server, and the state is named`() async throws {
        try await ScriptedServer.with { server in
            let terminal = try run(server, ["--timeout", "1s"])
            var requests: [String] = []
            #expect(try await terminal.exitStatus() == 255)
            #expect(terminal.screen.contains("vigocli: timed out after 1s: the session is still waiting"))
            for await event in server.events {
                guard case .request(let line) = event else { continue }
                requests.append(line)
                if line.hasPrefix("DELETE") { break }
            }
            #expect(
                requests.last?.lowercased() == "delete /api/v1/scrier/sessions/\(ScriptedServer.session)".lowercased()
            )
        }
    }

    @Test func `a server that never answers does not outlast the time-out`() async throws {
        try await ScriptedServer.with(["POST": (0, "")]) { server in
            let terminal = try run(server, ["--timeout", "1s"])
            #expect(try await terminal.exitStatus() == 255)
        }
    }

    @Test func `a refusal is said in the server's words`() async throws {
        let refusal = (409, #"{"error":{"code":"envoy_not_active","message":"the envoy web-01 is revoked"}}"#)
        try await ScriptedServer.with(["POST": refusal]) { server in
            let terminal = try run(server)
            #expect(try await terminal.exitStatus() == 255)
            #expect(terminal.screen.contains("vigocli: the envoy web-01 is revoked"))
        }
    }

    @Test func `a session without a terminal is refused`() throws {
        let answer = try Command.run(Lab.program("vigocli"), ["scrier", "connect", "--protocol", "echo", "web-01"])
        #expect(answer.status == 255)
        #expect(answer.errors.contains("stdin and stdout must both be terminals"))
        #expect(answer.output.isEmpty)
    }

    /// What stty shows.
    private struct Settings: Equatable {
        let flags: [tcflag_t]

        init(_ attributes: termios) {
            flags = [attributes.c_iflag, attributes.c_oflag, attributes.c_cflag, attributes.c_lflag]
        }
    }
}
