import Foundation
import Hummingbird
import Store
import Trust
import Wire

/// Users and their keys.
struct UserRoutes: Sendable {
    let store: Store
    /// Ends those of a user who is deleted, or no administrator any more.
    let sessions: SessionRegistry
    /// Ends those of a user who is deleted, or has another role.
    let logins: Logins
    /// Ends what rests on such a user's API tokens, or on their password in the request itself.
    let credentials: CredentialWatch

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/users", .admin, list),
            APIRoute(.post, "/api/v1/users", .admin, create),
            APIRoute(.put, "/api/v1/users/{user}", .admin, update),
            APIRoute(.delete, "/api/v1/users/{user}", .admin, delete),
            APIRoute(.get, "/api/v1/whoami", .signedIn, whoami),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        try .json(Items(try await store.users().map(Self.summary)))
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        let asked = try await call.body(UserCreate.self)
        guard Self.isUsername(asked.username) else {
            throw APIFailure.badRequest(
                "username: expected 1 to 64 letters, digits, \"-\", \"_\" or \".\", beginning with a letter"
            )
        }
        guard asked.username != "vigosrv" else {
            throw APIFailure.badRequest("username: vigosrv is what the server calls itself in the audit log")
        }
        let key = try asked.sshPublicKey.map(Self.key)
        let user = UserRecord(
            id: UUID(),
            username: asked.username,
            role: asked.role.stored,
            sshPublicKey: key.map { "\($0)" },
            sshFingerprint: key?.fingerprint,
            createdAt: Date()
        )
        var details = ["username": user.username, "role": user.role.rawValue]
        details["key"] = key?.fingerprint
        let actor = try call.signedIn().name
        try await store.createUser(
            user,
            audit: [AuditEvent(.userCreated, actor: actor, subject: user.id.lowercased, details: details)]
        )
        return try .json(Self.summary(user), status: .created)
    }

    @Sendable private func update(_ call: APICall) async throws -> Response {
        let user = try await find(call)
        let asked = try await call.body(UserUpdate.self)
        let actor = try call.signedIn().name
        let key = try asked.sshPublicKey.map(Self.key)
        let change = try await store.changeUser(user.id, by: actor) { user in
            var events = key.map { KeyChange(key: $0, actor: actor).apply(to: &user) } ?? []
            if let role = asked.role?.stored, role != user.role {
                let details = ["user": user.username, "old": user.role.rawValue, "new": role.rawValue]
                events.append(AuditEvent(.userRoleChanged, actor: actor, subject: user.id.lowercased, details: details))
                user.role = role
            }
            return events
        }
        if change.isOfRole { await end(change.after, change.revokedTokens, .roleChanged, by: actor) }
        if change.after.role != .admin { sessions.endAll(openedBy: user.username, by: actor) }
        return try .json(Self.summary(change.after))
    }

    @Sendable private func delete(_ call: APICall) async throws -> Response {
        let user = try await find(call)
        let actor = try call.signedIn().name
        let event = AuditEvent(
            .userDeleted,
            actor: actor,
            subject: user.id.lowercased,
            details: ["username": user.username]
        )
        let tokens = try await store.deleteUser(user.id, audit: [event])
        await end(user, tokens, .userDeleted, by: actor)
        sessions.endAll(openedBy: user.username, by: actor)
        return .noContent
    }

    /// Whatever proved that it was this user proves nothing any more: terminals and looks at others' end with it.
    private func end(_ user: UserRecord, _ tokens: [String], _ why: LoginEnd, by actor: String) async {
        await logins.endAll(why) { $0.user == user.id }
        for token in tokens { credentials.revoked(token, by: actor) }
        credentials.end(Caller.credential(passwordOf: user.username), .loginEnded(why.sentence))
    }

    @Sendable private func whoami(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        return try .json(WhoAmI(username: caller.name, role: caller.role, via: caller.proof.rawValue))
    }

    private func find(_ call: APICall) async throws -> UserRecord {
        let name = try call.parameter("user")
        let found: UserRecord? =
            if let id = UUID(uuidString: name) { try await store.user(id) } else { try await store.user(named: name) }
        guard let found else { throw APIFailure.notFound("there is no user \"\(name)\"") }
        return found
    }

    private static func key(_ text: String) throws -> SSHPublicKey {
        do { return try SSHPublicKey(parsing: text) } catch { throw APIFailure.badRequest("ssh_public_key: \(error)") }
    }

    static func isUsername(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        let isLetter = { (byte: UInt8) in (0x61...0x7a).contains(byte | 0x20) }
        return isLetter(first)
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0) }
    }

    private static func summary(_ user: UserRecord) -> UserSummary {
        UserSummary(
            id: user.id,
            username: user.username,
            role: user.role.wire,
            sshPublicKey: user.sshPublicKey,
            sshFingerprint: user.sshFingerprint,
            createdAt: user.createdAt
        )
    }
}
