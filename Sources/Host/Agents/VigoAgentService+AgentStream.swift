import Foundation
import GRPCCore
import Store
import Wire

extension VigoAgentService {
    /// Stays open as long as the agent is connected: one stream an envoy, and what comes from it is little.
    func agentStream(
        request: RPCAsyncSequence<Vigo_Agent_V1_AgentMessage, any Error>,
        response: RPCWriter<Vigo_Agent_V1_ServerMessage>,
        context: ServerContext
    ) async throws {
        let envoy = try await caller(context)
        let stream = AgentStream(envoy: envoy.id)
        let held = await policy.heldSessions(envoy.id)
        var welcome = Vigo_Agent_V1_ServerMessage()
        welcome.welcome.envoyID = envoy.id.lowercased
        welcome.welcome.serverVersion = policy.serverVersion
        welcome.welcome.sessions = Set(held + tunnels.sessions(of: envoy.id)).map(\.lowercased)
        try await response.write(welcome)
        registry.register(stream)
        defer { registry.unregister(stream) }
        // A revocation between the check above and the registration has seen no stream to end.
        guard try await answering({ try await store.envoy(envoy.id) })?.status == .active else {
            throw RPCError(code: .permissionDenied, message: "this envoy was revoked")
        }
        logger.info("agent connected", metadata: ["envoy": "\(envoy.id.lowercased)", "hostname": "\(envoy.hostname)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await message in request { await receive(message, from: envoy) }
            }
            group.addTask {
                for await message in stream.messages { try await response.write(message) }
                throw RPCError(code: .aborted, message: "the server ended this stream")
            }
            defer { group.cancelAll() }
            // Whichever ends first: the agent hung up, or the stream was ended here.
            try await group.next()
        }
        logger.info("agent disconnected", metadata: ["envoy": "\(envoy.id.lowercased)"])
    }

    private func receive(_ message: Vigo_Agent_V1_AgentMessage, from envoy: EnvoyRecord) async {
        switch message.message {
        case .tunnelRefused(let refused):
            guard let session = UUID(uuidString: refused.sessionID) else { return }
            tunnels.refuse(session: session, by: envoy.id, reason: refused.reason)
        case .update(let progress):
            guard let status = updates.noted(progress, by: envoy), status.state.isOver else { return }
            await record(status)
        case .hello, .acknowledged, nil: break
        }
    }

    /// An envoy that goes on telling how its update ended would fill the log: one record an offer.
    private func record(_ status: AgentUpdateStatus) async {
        logger.notice(
            "agent's update ended",
            metadata: ["envoy": "\(status.hostname)", "state": "\(status.state.rawValue)"]
        )
        guard updates.takeOpenOffer(of: status.envoyID) else { return }
        var details = ["hostname": status.hostname, "version": status.version, "state": status.state.rawValue]
        details["reason"] = status.reason
        let subject = status.envoyID.lowercased
        let event = AuditEvent(.envoyUpdated, actor: "envoy:\(status.hostname)", subject: subject, details: details)
        do { try await store.append([event]) } catch {
            logger.error("an update could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
