import Foundation
import HTTPTypes
import Hummingbird
import Store
import Wire

/// Newer agents for envoys that are enrolled.
struct UpdateRoutes: Sendable {
    let enrollment: EnrollmentRoutes
    let updates: AgentUpdates
    let sessions: SessionRegistry
    let store: Store

    var routes: [APIRoute] {
        [
            APIRoute(.post, "/api/v1/envoys/{envoy}/rebootstrap", .admin, rebootstrap),
            APIRoute(.get, "/api/v1/envoys/{envoy}/update", .signedIn, status),
        ]
    }

    @Sendable private func rebootstrap(_ call: APICall) async throws -> Response {
        let asked = try await call.body(RebootstrapRequest.self)
        let actor = try call.signedIn().name
        let envoy = try await find(call)
        guard envoy.status == .active else { throw APIFailure.conflict("\(envoy.hostname) is not active") }
        let open = sessions.sessions(of: envoy.id).count
        if open > 0, asked.endSessions != true {
            throw APIFailure(
                .conflict,
                "sessions_open",
                "\(open) session\(open == 1 ? " is" : "s are") open on \(envoy.hostname), and an update would end "
                    + "\(open == 1 ? "it" : "them"); wait, or say so (--end-sessions)"
            )
        }
        let status: AgentUpdateStatus
        do { status = try await updates.offer(to: envoy) } catch let refusal as RouteRefusal {
            throw APIFailure(.init(code: refusal.status), refusal.error.code, refusal.error.message)
        }
        if open > 0 { sessions.endAll(of: envoy.id, by: actor) }
        let details = ["hostname": envoy.hostname, "version": status.version]
        try await store.append([
            AuditEvent(.envoyRebootstrapped, actor: actor, subject: envoy.id.lowercased, details: details)
        ])
        return try .json(status, status: .accepted)
    }

    @Sendable private func status(_ call: APICall) async throws -> Response {
        let envoy = try await find(call)
        guard let status = updates.status(of: envoy.id) else {
            throw APIFailure.notFound("no update of \(envoy.hostname) since this server was started")
        }
        return try .json(status)
    }

    private func find(_ call: APICall) async throws -> EnvoyRecord {
        let name = try call.parameter("envoy")
        do { return try await enrollment.find(name) } catch let refusal as RouteRefusal {
            throw APIFailure(.init(code: refusal.status), refusal.error.code, refusal.error.message)
        }
    }
}
