import Foundation
import Host
import NIOCore
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct TunnelTests {
    private static func short() -> TunnelTimeouts {
        var timeouts = TunnelTimeouts()
        timeouts.connection = .seconds(1)
        timeouts.reconnection = .milliseconds(200)
        timeouts.answer = .seconds(1)
        return timeouts
    }

    /// A connected agent's part: the token of the next tunnel that is asked for.
    private static func asked(_ lab: FleetLab, _ envoy: LabEnvoy) async throws -> (UUID, Data) {
        let stream = AgentStream(envoy: envoy.id)
        lab.registry.register(stream)
        for await message in stream.messages {
            let session = try #require(UUID(uuidString: message.tunnelRequest.sessionID))
            return (session, message.tunnelRequest.token)
        }
        throw TunnelError(.cancelled, "no request came")
    }

    @Test func `a tunnel opens, keeps what came early, and carries bytes and half closure`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            var need = Vigo_Agent_V1_Need()
            need.name = "ssh-ephemeral-key/1"
            let needs = [need]
            async let opening = lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: needs)
            let (session, token) = try await Self.asked(lab, envoy)
            let agent = try await lab.dial(as: envoy)
            try await agent.hello(session: session, token: token)
            let open = try #require(try await agent.open())
            #expect(open.port == 22)
            #expect(open.needs.map(\.name) == ["ssh-ephemeral-key/1"])
            #expect(open.envoyID == envoy.id.uuidString.lowercased())
            var provision = Vigo_Agent_V1_Provision()
            provision.parameters = ["username": "dan"]
            let provisions = [provision]
            try await agent.answer { $0.opened.provisions = provisions }
            try await agent.send(ByteBuffer(string: "SSH-2.0-early\r\n"))
            let tunnel = try await opening
            #expect(tunnel.parameters == ["username": "dan"])
            // Time for the early bytes to arrive before anybody reads.
            try await Task.sleep(for: .milliseconds(100))
            let echo = Echo()
            try await tunnel.channel.pipeline.addHandler(echo).get()
            tunnel.channel.read()
            #expect(await agent.text(15) == "SSH-2.0-early\r\n")
            try await agent.send(ByteBuffer(string: "hello"))
            #expect(await agent.text(5) == "hello")
            try await agent.channel.close(mode: .output)
            #expect(await agent.text(3) == "bye")
            #expect(await agent.isClosed())
        }
    }

    @Test func `a token is good once`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            async let opening = lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: [])
            let (session, token) = try await Self.asked(lab, envoy)
            let agent = try await lab.dial(as: envoy)
            try await agent.hello(session: session, token: token)
            _ = try #require(try await agent.open())
            let again = try await lab.dial(as: envoy)
            try await again.hello(session: session, token: token)
            #expect(try await again.open() == nil)
            try await agent.answer { $0.opened = .init() }
            let tunnel = try await opening
            let after = try await lab.dial(as: envoy)
            try await after.hello(session: session, token: token)
            #expect(try await after.open() == nil)
            try await tunnel.channel.close()
        }
    }

    @Test func `a token that comes too late opens nothing`() async throws {
        try await FleetLab.run(timeouts: Self.short()) { lab in
            let envoy = try await lab.enroll()
            async let opening = lab.tunnelError(envoy.id)
            let (session, token) = try await Self.asked(lab, envoy)
            let error = await opening
            #expect(error?.code == .timeout)
            let late = try await lab.dial(as: envoy)
            try await late.hello(session: session, token: token)
            #expect(try await late.open() == nil)
        }
    }

    @Test func `a token is good for its own session alone`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            async let first = lab.tunnelError(envoy.id)
            let (one, token) = try await Self.asked(lab, envoy)
            async let second = lab.tunnelError(envoy.id)
            try await lab.waitUntil { lab.tunnels.sessions(of: envoy.id).count == 2 }
            let other = try #require(lab.tunnels.sessions(of: envoy.id).first { $0 != one })
            let crossed = try await lab.dial(as: envoy)
            try await crossed.hello(session: other, token: token)
            #expect(try await crossed.open() == nil)
            // Nothing was burnt by it.
            let right = try await lab.dial(as: envoy)
            try await right.hello(session: one, token: token)
            #expect(try await right.open() != nil)
            lab.registry.disconnect(envoy.id)
            _ = await (first, second)
        }
    }

    @Test func `another envoy cannot have the tunnel, nor spoil it`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let thief = try await lab.enroll("thief.example.com")
            async let opening = lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: [])
            let (session, token) = try await Self.asked(lab, envoy)
            let stolen = try await lab.dial(as: thief)
            try await stolen.hello(session: session, token: token)
            #expect(try await stolen.open() == nil)
            let wrong = try await lab.dial(as: envoy)
            try await wrong.hello(session: session, token: Data(repeating: 0, count: 32))
            #expect(try await wrong.open() == nil)
            let agent = try await lab.dial(as: envoy)
            try await agent.hello(session: session, token: token)
            #expect(try await agent.open() != nil)
            try await agent.answer { $0.opened = .init() }
            try await opening.channel.close()
        }
    }

    @Test func `the agent's refusals become the operator's sentences`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let cases: [(Vigo_Agent_V1_TunnelOpenFailed.Code, String, TunnelError.Code, String)] = [
                (
                    .keyNotAuthorized, "no user has it", .keyNotAuthorized,
                    "SSH pubkey not authorized on this envoy: no user has it"
                ),
                (.portNotAllowed, "port 25 is not allowed here", .portNotAllowed, "port 25 is not allowed here"),
                (.unreachable, "nothing\u{1b}[2J listens", .unreachable, "nothing [2J listens"),
                (.UNRECOGNIZED(99), "", .invalid, "no reason given"),
            ]
            for (code, reason, expected, sentence) in cases {
                async let opening = lab.tunnelError(envoy.id)
                let (session, token) = try await Self.asked(lab, envoy)
                let agent = try await lab.dial(as: envoy)
                try await agent.hello(session: session, token: token)
                _ = try await agent.open()
                try await agent.answer {
                    $0.failed.code = code
                    $0.failed.reason = reason
                }
                let error = await opening
                #expect(error == TunnelError(expected, sentence))
            }
        }
    }

    @Test func `an agent that does not come is told of in the exact words`() async throws {
        try await FleetLab.run(timeouts: Self.short()) { lab in
            let envoy = try await lab.enroll()
            lab.registry.register(AgentStream(envoy: envoy.id))
            let error = await #expect(throws: TunnelError.self) {
                _ = try await lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: [])
            }
            #expect(error == TunnelError(.timeout, "agent did not open TunnelStream within 1s"))
        }
        #expect(TunnelTimeouts().connection == .seconds(90))
    }

    @Test func `an agent that comes and does not answer, answers nonsense, or hangs up, is told of too`() async throws {
        try await FleetLab.run(timeouts: Self.short()) { lab in
            let envoy = try await lab.enroll()
            let ways: [(TunnelError.Code, @Sendable (LabConnection) async throws -> Void)] = [
                (.timeout, { _ in }),
                (.invalid, { try await $0.send(ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 1])) }),
                (.invalid, { try await $0.send(ByteBuffer(bytes: [0, 0, 0, 2, 0xff, 0xff])) }),
                (.invalid, { try await $0.send(ByteBuffer(bytes: [0, 0, 0, 0])) }),
                (.connectionLost, { try await $0.channel.close() }),
            ]
            for (code, misbehave) in ways {
                async let opening = lab.tunnelError(envoy.id)
                let (session, token) = try await Self.asked(lab, envoy)
                let agent = try await lab.dial(as: envoy)
                try await agent.hello(session: session, token: token)
                _ = try await agent.open()
                try await misbehave(agent)
                let error = await opening
                #expect(error?.code == code)
                #expect(await agent.isClosed())
            }
        }
    }

    @Test func `an envoy that is not connected is unreachable`() async throws {
        try await FleetLab.run(timeouts: Self.short()) { lab in
            let error = await #expect(throws: TunnelError.self) {
                _ = try await lab.tunnels.open(session: UUID(), envoy: UUID(), port: 22, needs: [])
            }
            #expect(error?.code == .notConnected)
        }
    }

    @Test func `who stops waiting leaves nothing behind`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let waiting = Task { try await lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: []) }
            let (session, token) = try await Self.asked(lab, envoy)
            waiting.cancel()
            let error = await #expect(throws: TunnelError.self) { _ = try await waiting.value }
            #expect(error?.code == .cancelled)
            #expect(lab.tunnels.sessions(of: envoy.id).isEmpty)
            let agent = try await lab.dial(as: envoy)
            try await agent.hello(session: session, token: token)
            #expect(try await agent.open() == nil)
        }
    }

    @Test func `revocation closes tunnels, open ones and those being opened`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            async let opening = lab.tunnels.open(session: UUID(), envoy: envoy.id, port: 22, needs: [])
            let (session, token) = try await Self.asked(lab, envoy)
            let agent = try await lab.dial(as: envoy)
            try await agent.hello(session: session, token: token)
            _ = try await agent.open()
            try await agent.answer { $0.opened = .init() }
            let tunnel = try await opening
            async let waiting = lab.tunnelError(envoy.id)
            try await lab.waitUntil { !lab.tunnels.sessions(of: envoy.id).isEmpty }
            try await lab.store.revokeEnvoy(envoy.id, audit: [])
            lab.registry.disconnect(envoy.id)
            try await tunnel.channel.closeFuture.get()
            #expect(await agent.isClosed())
            let error = await waiting
            #expect(error?.code == .revoked)
        }
    }
}

/// What a plugin's side would be: sends back what it gets, and a farewell at the end.
private final class Echo: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "bye"))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
