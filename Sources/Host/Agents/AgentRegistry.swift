package import Foundation
import Synchronization
package import Wire

/// Who is connected: the one AgentStream of each envoy, and every connection it has open.
package final class AgentRegistry: Sendable {
    private struct State {
        var streams: [UUID: AgentStream] = [:]
        var onConnect: [@Sendable (UUID) -> Void] = []
        var onDisconnect: [@Sendable (UUID) -> Void] = []
    }

    package let connections: EnvoyConnections
    private let state = Mutex(State())

    package init(connections: EnvoyConnections = EnvoyConnections()) {
        self.connections = connections
    }

    /// Calls `action` whenever an envoy's stream has been registered.
    package func onConnect(_ action: @escaping @Sendable (UUID) -> Void) {
        state.withLock { $0.onConnect.append(action) }
    }

    /// Calls `action` when everything of an envoy is closed on purpose, as at its revocation.
    package func onDisconnect(_ action: @escaping @Sendable (UUID) -> Void) {
        state.withLock { $0.onDisconnect.append(action) }
    }

    package func isConnected(_ envoy: UUID) -> Bool {
        state.withLock { $0.streams[envoy] != nil }
    }

    package var connected: [UUID] {
        state.withLock { Array($0.streams.keys) }
    }

    /// Takes a stream in. An older one of the same envoy is ended: the agent that opened it is gone, or dialled again.
    package func register(_ stream: AgentStream) {
        let (older, actions) = state.withLock {
            ($0.streams.updateValue(stream, forKey: stream.envoy), $0.onConnect)
        }
        older?.end()
        for action in actions { action(stream.envoy) }
    }

    /// Forgets a stream that ended, unless a newer one took its place already.
    package func unregister(_ stream: AgentStream) {
        state.withLock {
            if $0.streams[stream.envoy] === stream { $0.streams[stream.envoy] = nil }
        }
    }

    /// Whether the message is on its way.
    @discardableResult
    package func send(_ message: Vigo_Agent_V1_ServerMessage, to envoy: UUID) -> Bool {
        state.withLock { $0.streams[envoy] }?.send(message) ?? false
    }

    /// The protocol's login succeeded: the agent may strip what was needed only for it.
    package func notifyReady(session: UUID, envoy: UUID) {
        var message = Vigo_Agent_V1_ServerMessage()
        message.sessionReady.sessionID = session.lowercased
        send(message, to: envoy)
    }

    /// The session is over: the agent cleans up after it.
    package func notifyEnded(session: UUID, envoy: UUID) {
        var message = Vigo_Agent_V1_ServerMessage()
        message.sessionEnded.sessionID = session.lowercased
        send(message, to: envoy)
    }

    /// Ends every stream, as when the server stops.
    package func endAll() {
        let streams = state.withLock { state in
            defer { state.streams = [:] }
            return Array(state.streams.values)
        }
        for stream in streams { stream.end() }
    }

    /// Closes the envoy's stream, its tunnels and every other connection of it, at once.
    package func disconnect(_ envoy: UUID) {
        let (stream, actions) = state.withLock { ($0.streams.removeValue(forKey: envoy), $0.onDisconnect) }
        stream?.end()
        for action in actions { action(envoy) }
        connections.close(envoy)
    }
}
