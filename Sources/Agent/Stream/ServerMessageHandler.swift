import Logging
import Wire

/// What the agent does when the server calls.
struct ServerMessageHandler: Sendable {
    let envoy: String
    let sessions: TunnelSessions
    /// Everything a tunnel needs, with the credentials of this moment.
    let surroundings: @Sendable () async throws -> Tunnel.Surroundings
    let renew: @Sendable () async -> Void
    let update: @Sendable (Vigo_Agent_V1_AgentUpdate) async -> Void
    let send: @Sendable (Vigo_Agent_V1_AgentMessage) -> Void
    let logger: Logger

    func handle(_ message: Vigo_Agent_V1_ServerMessage) async {
        switch message.message {
        case .welcome(let welcome):
            guard welcome.envoyID.lowercased() == envoy else {
                return logger.error("the server takes this machine for envoy \(welcome.envoyID.prefix(64))")
            }
            await sessions.keep(Set(welcome.sessions.map { $0.lowercased() }))
        case .tunnelRequest(let request):
            await open(request)
        case .sessionReady(let ready):
            // Beside the stream: stripping takes a process, and the next request must not wait for it.
            Task {
                await sessions.ready(ready.sessionID.lowercased())
                acknowledge(ready.sessionID)
            }
        case .sessionEnded(let ended):
            Task {
                await sessions.end(ended.sessionID.lowercased())
                acknowledge(ended.sessionID)
            }
        case .renew:
            Task { await renew() }
        case .update(let offer):
            Task { await update(offer) }
        case nil:
            // A newer server may say what this agent does not know.
            logger.debug("unknown message from the server")
        }
    }

    private func open(_ request: Vigo_Agent_V1_TunnelRequest) async {
        let session = request.sessionID.lowercased()
        guard EphemeralLine.isUUID(session), request.token.count == 32 else {
            return refuse(request.sessionID, "the request names no session")
        }
        do {
            let tunnel = Tunnel(
                session: session,
                token: Array(request.token),
                surroundings: try await surroundings(),
                logger: logger
            )
            let refusal = await sessions.begin(tunnel) { reason in refuse(request.sessionID, reason) }
            if let refusal { refuse(request.sessionID, refusal) }
        } catch {
            refuse(request.sessionID, "\(error)")
        }
    }

    private func refuse(_ session: String, _ reason: String) {
        send(
            .with {
                $0.tunnelRefused.sessionID = session
                $0.tunnelRefused.reason = reason
            }
        )
    }

    private func acknowledge(_ session: String) {
        send(.with { $0.acknowledged.sessionID = session })
    }
}
