import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Host
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct AgentStreamTests {
    @Test func `the stream greets with the sessions still held, and wakes the agent`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let session = UUID()
            async let refused = lab.tunnelError(envoy.id, session: session)
            let messages = try await lab.stream(as: envoy, taking: 2)
            #expect(messages.first?.welcome.envoyID == envoy.id.uuidString.lowercased())
            #expect(messages.first?.welcome.sessions == [session.uuidString.lowercased()])
            #expect(messages.last?.tunnelRequest.sessionID == session.uuidString.lowercased())
            #expect(messages.last?.tunnelRequest.token.count == 32)
            lab.registry.disconnect(envoy.id)
            let error = await refused
            #expect(error?.code == .revoked)
        }
    }

    @Test func `a newer stream takes the older one's place`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            async let older = lab.streamEnding(as: envoy)
            try await lab.waitUntil { lab.registry.isConnected(envoy.id) }
            async let newer = lab.streamEnding(as: envoy)
            let first = await older
            #expect(first == .aborted)
            #expect(lab.registry.isConnected(envoy.id))
            lab.registry.disconnect(envoy.id)
            let second = await newer
            #expect(second != nil)
            #expect(!lab.registry.isConnected(envoy.id))
        }
    }

    @Test func `a stream that ended is forgotten`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            _ = try await lab.stream(as: envoy, taking: 1)
            try await lab.waitUntil { !lab.registry.isConnected(envoy.id) }
            try await lab.waitUntil { lab.registry.connections.count(of: envoy.id) == 0 }
        }
    }

    @Test func `revocation ends what is open and refuses what comes`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            async let ending = lab.streamEnding(as: envoy)
            try await lab.waitUntil { lab.registry.isConnected(envoy.id) }
            try await lab.store.revokeEnvoy(envoy.id, audit: [])
            lab.registry.disconnect(envoy.id)
            let code = await ending
            #expect(code != nil)
            #expect(try await lab.dial(as: envoy).isClosed())
        }
    }
}

extension FleetLab {
    /// Says something on an AgentStream and holds it open until `count` messages came.
    func stream(
        as envoy: LabEnvoy,
        saying said: [Vigo_Agent_V1_AgentMessage] = [Vigo_Agent_V1_AgentMessage()],
        taking count: Int
    ) async throws -> [Vigo_Agent_V1_ServerMessage] {
        try await call(as: envoy) { client in
            let (stop, stopping) = AsyncStream.makeStream(of: Void.self)
            return try await client.agentStream(
                request: StreamingClientRequest { writer in
                    for message in said { try await writer.write(message) }
                    for await _ in stop {}
                }
            ) { response in
                var messages: [Vigo_Agent_V1_ServerMessage] = []
                for try await message in response.messages {
                    messages.append(message)
                    if messages.count == count { break }
                }
                stopping.finish()
                return messages
            }
        }
    }

    /// Holds an AgentStream open until the server ends it; with which code.
    func streamEnding(as envoy: LabEnvoy) async -> RPCError.Code? {
        do {
            _ = try await stream(as: envoy, taking: .max)
            return nil
        } catch {
            return (error as? RPCError)?.code
        }
    }

    /// Why a tunnel could not be opened; nil when it was.
    func tunnelError(_ envoy: UUID, session: UUID = UUID()) async -> TunnelError? {
        do {
            let tunnel = try await tunnels.open(session: session, envoy: envoy, port: 22, needs: [])
            try await tunnel.channel.close()
            return nil
        } catch {
            return error as? TunnelError
        }
    }

    func waitUntil(_ condition: @Sendable () async -> Bool) async throws {
        for _ in 0..<500 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RPCError(code: .deadlineExceeded, message: "it did not happen")
    }
}
