import Foundation
import Host
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import Agent

/// The whole agent against the server's real port.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AgentServiceTests {
    @Test func `an enrolled agent connects and checks in again and again`() async throws {
        let server = try await TestServer.start(ownerPorts: [22], serverPorts: [22])
        try await server.withAgent {
            let first = try await server.record()?.lastCheckInTime ?? 0
            try await eventually("the next check-in") {
                (try? await server.record()?.lastCheckInTime ?? 0) ?? 0 > first
            }
        }
    }

    @Test func `bytes go both ways through a tunnel, and its end does too`() async throws {
        let echo = try await EchoPort.start()
        let server = try await TestServer.start(ownerPorts: [echo.port], serverPorts: [echo.port])
        try await server.withAgent {
            let tunnel = try await server.tunnels.open(session: UUID(), envoy: server.envoy, port: echo.port, needs: [])
            let sent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let received = try await TunnelClient.exchange(sent, over: tunnel.channel)
            #expect(received == sent)
            try await eventually("the tunnel is closed") { !tunnel.channel.isActive }
        }
        try await echo.stop()
    }

    @Test func `a server that makes no sense changes nothing, and is listened to all the same`() async throws {
        let echo = try await EchoPort.start()
        let server = try await TestServer.start(ownerPorts: [echo.port], serverPorts: [echo.port])
        try await server.withAgent {
            var nonsense: [Vigo_Agent_V1_ServerMessage] = [
                .init(), .with { $0.welcome.envoyID = UUID().uuidString.lowercased() },
                .with { $0.welcome.envoyID = "\u{1b}[2J" },
            ]
            for id in ["", "no session", UUID().uuidString, String(repeating: "x", count: 10_000), "../../etc/passwd"] {
                nonsense += [
                    .with { $0.sessionReady.sessionID = id }, .with { $0.sessionEnded.sessionID = id },
                    .with {
                        $0.tunnelRequest.sessionID = id
                        $0.tunnelRequest.token = Data([1, 2, 3])
                    },
                    .with {
                        $0.tunnelRequest.sessionID = id
                        $0.tunnelRequest.token = Data(repeating: 7, count: 32)
                    },
                ]
            }
            for message in nonsense { #expect(server.registry.send(message, to: server.envoy)) }
            let tunnel = try await server.tunnels.open(session: UUID(), envoy: server.envoy, port: echo.port, needs: [])
            #expect(try await TunnelClient.exchange([1, 2, 3], over: tunnel.channel) == [1, 2, 3])
            // A renewal that was not due: the agent comes back with the new certificate.
            #expect(server.registry.send(.with { $0.renew = .init() }, to: server.envoy))
            try await eventually("the agent is connected") { server.registry.isConnected(server.envoy) }
        }
        try await echo.stop()
    }

    @Test func `a port that the owner did not allow is refused, whatever the server allows`() async throws {
        let echo = try await EchoPort.start()
        let server = try await TestServer.start(ownerPorts: [22], serverPorts: [22, echo.port])
        try await server.withAgent {
            let error = await #expect(throws: TunnelError.self) {
                try await server.tunnels.open(session: UUID(), envoy: server.envoy, port: echo.port, needs: [])
            }
            #expect("\(String(describing: error))".contains("allowed_ports"))
        }
        try await echo.stop()
    }

    @Test func `a port that nothing listens on is told so`() async throws {
        let echo = try await EchoPort.start()
        let port = echo.port
        try await echo.stop()
        let server = try await TestServer.start(ownerPorts: [port], serverPorts: [port])
        try await server.withAgent {
            let error = await #expect(throws: TunnelError.self) {
                try await server.tunnels.open(session: UUID(), envoy: server.envoy, port: port, needs: [])
            }
            #expect("\(String(describing: error))".contains("nothing answers"))
        }
    }

    @Test func `a need that nobody knows is refused by name`() async throws {
        let echo = try await EchoPort.start()
        let server = try await TestServer.start(ownerPorts: [echo.port], serverPorts: [echo.port])
        try await server.withAgent {
            let error = await #expect(throws: TunnelError.self) {
                try await server.tunnels.open(
                    session: UUID(),
                    envoy: server.envoy,
                    port: echo.port,
                    needs: [.with { $0.name = "teleport/9" }]
                )
            }
            #expect("\(String(describing: error))".contains("teleport/9"))
        }
        try await echo.stop()
    }

    @Test(.enabled(if: TemporaryUser.isPossible))
    func `a session's key is there until the login has succeeded`() async throws {
        let echo = try await EchoPort.start()
        let user = try TemporaryUser()
        let key = SampleKeys.random()
        user.write(key + "\n")
        let server = try await TestServer.start(ownerPorts: [echo.port], serverPorts: [echo.port])
        try await server.withAgent {
            let session = UUID()
            let need = Vigo_Agent_V1_Need.with {
                $0.name = "ssh-ephemeral-key/1"
                $0.parameters = ["operator-key": key, "ephemeral-key": SampleKeys.ed25519, "expires": "60"]
            }
            let tunnel = try await server.tunnels.open(
                session: session,
                envoy: server.envoy,
                port: echo.port,
                needs: [need]
            )
            #expect(tunnel.parameters["username"] == user.name)
            #expect(AuthorizedKeysFile(user.keys).ephemeralLines.count == 1)
            server.registry.notifyReady(session: session, envoy: server.envoy)
            try await eventually("the line is stripped") { user.keys == Array((key + "\n").utf8) }
            #expect(tunnel.channel.isActive)
            server.registry.notifyEnded(session: session, envoy: server.envoy)
            #expect(try await TunnelClient.exchange([], over: tunnel.channel, endingOutput: false) == [])

            let second = try await server.tunnels.open(
                session: UUID(),
                envoy: server.envoy,
                port: echo.port,
                needs: [need]
            )
            #expect(AuthorizedKeysFile(user.keys).ephemeralLines.count == 1)
            try await second.channel.close().get()
            try await eventually("a closed tunnel's line is stripped") { user.keys == Array((key + "\n").utf8) }
        }
        try await echo.stop()
    }

    @Test func `an agent goes through the proxy that the environment names`() async throws {
        let echo = try await EchoPort.start()
        let proxy = try await TestProxy.start()
        let server = try await TestServer.start(
            ownerPorts: [echo.port],
            serverPorts: [echo.port],
            name: "vigo.test"
        )
        let environment = ["HTTPS_PROXY": "http://dan:s%40cret@127.0.0.1:\(proxy.port)"]
        try await server.withAgent(environment: environment) {
            let tunnel = try await server.tunnels.open(session: UUID(), envoy: server.envoy, port: echo.port, needs: [])
            #expect(try await TunnelClient.exchange([1, 2, 3], over: tunnel.channel) == [1, 2, 3])
        }
        #expect(proxy.requests.count == 2)
        #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT vigo.test:\(server.address.port) HTTP/1.1\r\n") })
        #expect(proxy.requests.allSatisfy { $0.contains("Proxy-Authorization: Basic ZGFuOnNAY3JldA==\r\n") })
        try await proxy.stop()
        try await echo.stop()
    }

    @Test func `a certificate with less than a third of its time left is renewed`() async throws {
        let server = try await TestServer.start(
            ownerPorts: [],
            serverPorts: [],
            validity: .seconds(100_000),
            issued: Date().addingTimeInterval(-90_000)
        )
        let before = try PrivateFile.text(server.directories.tlsKey)
        let serial = try await server.record()?.certificateSerial
        try await server.withAgent {
            try await eventually("the renewal") { (try? await server.record()?.certificateSerial) ?? serial != serial }
            try await eventually("the new certificate in use, and the old one given up") {
                let record = try? await server.record()
                return record?.certificateSerial != serial && record?.previousSerial == nil
            }
            try await eventually("the agent is back") { server.registry.isConnected(server.envoy) }
            try await eventually("a new key") { (try? PrivateFile.text(server.directories.tlsKey)) != before }
            #expect(throws: Never.self) { try EnvoyCredentials(in: server.directories).context(speaking: "h2") }
        }
    }
}
