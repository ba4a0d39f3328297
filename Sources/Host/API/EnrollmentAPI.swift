import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// Mounts the envoys' half of the server: envoys, enrollment, and what a machine needs to become an envoy.
struct EnrollmentAPI: Sendable {
    let enrollment: EnrollmentRoutes
    /// Ends an envoy's sessions when it is revoked or deleted.
    let sessions: SessionRegistry

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/envoys", .signedIn) { call in
                try await answer { try .json(try await enrollment.envoys(status: call.query("status"))) }
            },
            APIRoute(.get, "/api/v1/envoys/{envoy}", .signedIn) { call in
                try await answer { try .json(try await enrollment.envoy(try call.parameter("envoy"))) }
            },
            APIRoute(.delete, "/api/v1/envoys/{envoy}", .admin) { call in
                let (name, actor) = (try call.parameter("envoy"), try call.signedIn().name)
                return try await answer {
                    sessions.endAll(of: try await enrollment.find(name).id, by: actor)
                    try await enrollment.delete(name, actor: actor)
                    return .noContent
                }
            },
            APIRoute(.post, "/api/v1/envoys/{envoy}/revoke", .admin) { call in
                let (name, actor) = (try call.parameter("envoy"), try call.signedIn().name)
                return try await answer {
                    let envoy = try await enrollment.revoke(name, actor: actor)
                    sessions.endAll(of: envoy.id, by: actor)
                    return try .json(envoy)
                }
            },
            APIRoute(.post, "/api/v1/envoys/{envoy}/approve", .admin) { call in
                let (name, actor) = (try call.parameter("envoy"), try call.signedIn().name)
                return try await answer { try .json(try await enrollment.approve(name, actor: actor)) }
            },
            APIRoute(.get, "/api/v1/tokens", .signedIn) { _ in
                try await answer { try .json(try await enrollment.tokens()) }
            },
            APIRoute(.post, "/api/v1/tokens", .admin) { call in
                let asked = try await call.body(EnrollmentTokenCreate.self)
                let actor = try call.signedIn().name
                return try await answer {
                    try .json(try await enrollment.generateToken(asked, actor: actor), status: .created)
                }
            },
            APIRoute(.delete, "/api/v1/tokens/{id}", .admin) { call in
                let (id, actor) = (try call.parameter("id"), try call.signedIn().name)
                return try await answer {
                    try await enrollment.revokeToken(id, actor: actor)
                    return .noContent
                }
            },
            APIRoute(.get, "/api/v1/approved", .signedIn) { _ in
                try await answer { try .json(try await enrollment.approvedPatterns()) }
            },
            APIRoute(.post, "/api/v1/approved", .admin) { call in
                let asked = try await call.body(ApprovedPatternCreate.self)
                let actor = try call.signedIn().name
                return try await answer {
                    try .json(try await enrollment.approvePattern(asked, actor: actor), status: .created)
                }
            },
            APIRoute(.delete, "/api/v1/approved/{pattern}", .admin) { call in
                let (pattern, actor) = (try call.parameter("pattern"), try call.signedIn().name)
                return try await answer {
                    try await enrollment.removeApprovedPattern(pattern, actor: actor)
                    return .noContent
                }
            },
        ] + openRoutes
    }

    private var openRoutes: [APIRoute] {
        [
            APIRoute(.get, "/bootstrap", .open) { call in
                try await answer {
                    let script = try await enrollment.bootstrap(os: call.query("os"))
                    return Response(
                        status: .ok,
                        headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
                        body: ResponseBody(byteBuffer: ByteBuffer(string: script))
                    )
                }
            },
            APIRoute(.get, "/api/v1/agent/latest", .open) { call in
                try await answer {
                    try .json(try await enrollment.latest(os: call.query("os"), arch: call.query("arch")))
                }
            },
            APIRoute(.get, "/api/v1/agent/download", .open) { call in
                try await answer {
                    let binary = try await enrollment.download(os: call.query("os"), arch: call.query("arch"))
                    let body = try await FileIO().loadFile(path: binary.path, context: call.context)
                    return Response(
                        status: .ok,
                        headers: [.contentType: "application/octet-stream", .contentLength: "\(binary.size)"],
                        body: body
                    )
                }
            },
            APIRoute(.post, "/api/v1/bootstrap/register", .open) { call in
                let asked = try await call.body(RegistrationRequest.self)
                return try await answer {
                    let registration = try await enrollment.register(asked, from: call.clientAddress)
                    return Response(
                        status: .init(code: registration.status),
                        headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
                        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try registration.encoded()))
                    )
                }
            },
        ]
    }

    private func answer(_ work: () async throws -> Response) async throws -> Response {
        do { return try await work() } catch let refusal as RouteRefusal {
            throw APIFailure(.init(code: refusal.status), refusal.error.code, refusal.error.message)
        }
    }
}
