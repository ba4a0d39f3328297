import Foundation
import Hummingbird
import Store
import Trust
import Wire

/// What users prove themselves with to the API.
struct APITokenRoutes: Sendable {
    let store: Store
    /// Ends what rests on a token that is revoked.
    let credentials: CredentialWatch

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/apitokens", .admin, list),
            APIRoute(.post, "/api/v1/apitokens", .admin, create),
            APIRoute(.delete, "/api/v1/apitokens/{id}", .admin, revoke),
        ]
    }

    private static let longestValidity = 10 * 366 * 86_400

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let names = Dictionary(uniqueKeysWithValues: try await store.users().map { ($0.id, $0.username) })
        return try .json(Items(try await store.apiTokens().map { Self.summary($0, of: names[$0.user] ?? "") }))
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        let asked = try await call.body(APITokenCreate.self)
        guard (1...100).contains(asked.name.utf8.count),
            asked.name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { throw APIFailure.badRequest("name: expected 1 to 100 printable characters") }
        if let seconds = asked.expiresInSeconds, !(1...Self.longestValidity).contains(seconds) {
            throw APIFailure.badRequest("expires_in_seconds: expected a number from 1 to \(Self.longestValidity)")
        }
        guard let user = try await store.user(named: asked.username) else {
            throw APIFailure.notFound("there is no user \"\(asked.username.prefix(64))\"")
        }
        let caller = try call.signedIn()
        // With such a token one would be that administrator: in their sessions, and in the audit log.
        guard user.role != .admin || user.id == caller.user || caller.proof == .adminSocket else {
            throw APIFailure.anotherAdministrator(user.username)
        }
        let token = RandomToken.make(.api)
        let now = Date()
        let record = APITokenRecord(
            id: token.id,
            user: user.id,
            name: asked.name,
            hash: TokenHash.sha256(token.secret),
            createdAt: now,
            expiresAt: asked.expiresInSeconds.map { now.addingTimeInterval(Double($0)) }
        )
        let event = AuditEvent(
            .apiTokenCreated,
            actor: caller.name,
            subject: token.id,
            details: ["user": user.username, "name": asked.name]
        )
        try await store.createAPIToken(record, audit: [event])
        return try .json(
            APITokenCreated(token: token.text, summary: Self.summary(record, of: user.username)),
            status: .created
        )
    }

    @Sendable private func revoke(_ call: APICall) async throws -> Response {
        let id = try call.parameter("id")
        let actor = try call.signedIn().name
        let event = AuditEvent(.apiTokenRevoked, actor: actor, subject: String(id.prefix(64)))
        try await store.revokeAPIToken(id, audit: [event])
        credentials.revoked(id, by: actor)
        return .noContent
    }

    private static func summary(_ token: APITokenRecord, of username: String) -> APITokenSummary {
        APITokenSummary(
            id: token.id,
            username: username,
            name: token.name,
            createdAt: token.createdAt,
            lastUsed: token.lastUsed,
            expiresAt: token.expiresAt,
            revokedAt: token.revokedAt
        )
    }
}
