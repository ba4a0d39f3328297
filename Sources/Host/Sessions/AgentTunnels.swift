import Foundation
import NIOCore
import Wire

/// Sessions' tunnels, as the envoys' half of the server opens them.
struct AgentTunnels: SessionTunnels {
    let tunnels: Tunnels
    let registry: AgentRegistry

    func open(
        session: UUID,
        envoy: UUID,
        port: Int,
        needs: [Vigo_Agent_V1_Need],
        onConnected: @escaping @Sendable (any EventLoop) -> Void
    ) async throws -> OpenedTunnel {
        try await tunnels.open(session: session, envoy: envoy, port: port, needs: needs, onConnected: onConnected)
    }

    func notifyReady(session: UUID, envoy: UUID) { registry.notifyReady(session: session, envoy: envoy) }
    func notifyEnded(session: UUID, envoy: UUID) { registry.notifyEnded(session: session, envoy: envoy) }
}
