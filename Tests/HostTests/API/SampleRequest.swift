import Foundation
import Hummingbird
import Trust
import Wire

@testable import Host

/// A request that succeeds: what a walk over its fields breaks one by one.
struct SampleRequest {
    enum Kind { case text, whole, boolean, texts, textsByName }

    struct Field {
        let name: String
        let value: String
        let kind: Kind
        let isOptional: Bool
    }

    let method: HTTPRequest.Method
    /// As the route is declared.
    let route: String
    /// As it is asked for.
    let path: String
    let fields: [Field]
    let status: Int

    func body(_ changed: Field? = nil, _ value: [UInt8] = []) -> [UInt8] {
        var body: [UInt8] = Array("{".utf8)
        for (index, field) in fields.enumerated() {
            body += Array("\(index > 0 ? "," : "")\"\(field.name)\":".utf8)
            body += field.name == changed?.name ? value : Array(field.value.utf8)
        }
        return body + Array("}".utf8)
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
    private static func text(_ name: String, _ value: String, optional: Bool = false) -> Field {
        Field(name: name, value: quoted(value), kind: .text, isOptional: optional)
    }
    private static func whole(_ name: String, _ value: Int) -> Field {
        Field(name: name, value: "\(value)", kind: .whole, isOptional: true)
    }
    private static var key: Field { text("ssh_public_key", EphemeralKey.generate().publicKey.openSSH, optional: true) }

    /// Every route that reads a body.
    static func all() throws -> [SampleRequest] {
        [
            SampleRequest(
                method: .post,
                route: "/api/v1/scrier/connect",
                path: "/api/v1/scrier/connect",
                fields: [
                    text("envoy_id", "web3"), text("protocol", "echo"), whole("port", 22), key,
                    text("login", "dan", optional: true),
                    Field(name: "parameters", value: #"{"greeting": "hi"}"#, kind: .textsByName, isOptional: true),
                    whole("columns", 80), whole("rows", 24),
                    Field(name: "without_recording", value: "false", kind: .boolean, isOptional: true),
                    text("reason", "the disk is full", optional: true),
                ],
                status: 202
            ),
            SampleRequest(
                method: .post,
                route: "/api/v1/users",
                path: "/api/v1/users",
                fields: [text("username", "dan"), text("role", "viewer"), key],
                status: 201
            ),
            SampleRequest(
                method: .put,
                route: "/api/v1/users/{user}",
                path: "/api/v1/users/viewer",
                fields: [text("role", "viewer", optional: true), key],
                status: 200
            ),
            SampleRequest(
                method: .post,
                route: "/api/v1/apitokens",
                path: "/api/v1/apitokens",
                fields: [text("username", "viewer"), text("name", "laptop"), whole("expires_in_seconds", 3600)],
                status: 201
            ),
            SampleRequest(
                method: .post,
                route: "/api/v1/tokens",
                path: "/api/v1/tokens",
                fields: [text("pattern", "web9"), whole("expires_in_seconds", 3600)],
                status: 201
            ),
            SampleRequest(
                method: .post,
                route: "/api/v1/approved",
                path: "/api/v1/approved",
                fields: [text("pattern", "*.example.com")],
                status: 201
            ),
            SampleRequest(
                method: .post,
                route: "/api/v1/envoys/{envoy}/rebootstrap",
                path: "/api/v1/envoys/web3/rebootstrap",
                fields: [Field(name: "end_sessions", value: "false", kind: .boolean, isOptional: true)],
                status: 202
            ),
            try registration(),
        ]
    }

    /// Routes that change something and read no body.
    static let withoutBody: Set = [
        "POST /api/v1/scrier/sessions/{id}/ticket", "POST /api/v1/scrier/sessions/{id}/watch",
        "POST /api/v1/envoys/{envoy}/revoke", "POST /api/v1/envoys/{envoy}/approve", "POST /api/v1/scrier/challenge",
        "POST /api/v1/logout", "POST /api/v1/secrets/verify", "POST /api/v1/secrets/reseal",
        "POST /api/v1/secrets/reveal", "POST /api/v1/secrets/export",
    ]
    /// Those whose bodies are no objects with fields, or tried where passwords are.
    static let triedElsewhere: Set = ["PUT /api/v1/secrets/value", "POST /api/v1/login"]

    /// Needs `web9.example.com` to be approved.
    private static func registration() throws -> SampleRequest {
        let (identity, request) = (EnvoyIdentity(), try CertificateRequest())
        func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        return SampleRequest(
            method: .post,
            route: "/api/v1/bootstrap/register",
            path: "/api/v1/bootstrap/register",
            fields: [
                text("hostname", "web9.example.com"), text("os", "linux"), text("arch", "x86_64"),
                text("agent_version", "0.1.0"),
                Field(name: "addresses", value: #"["10.0.0.5"]"#, kind: .texts, isOptional: false),
                text("identity_key", base64(identity.publicKey)), text("certificate_request", base64(request.der)),
                text("proof", base64(try request.proof(by: identity))),
                Field(name: "force", value: "false", kind: .boolean, isOptional: true),
            ],
            status: 201
        )
    }
}
