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
        var changed = user
        if let text = asked.sshPublicKey {
            let key = try Self.key(text)
            if key.fingerprint != user.sshFingerprint { changed = KeyChange(user: user, key: key, actor: actor).after }
        }
        var events: [AuditEvent] = []
        if changed.sshFingerprint != user.sshFingerprint {
            events.append(KeyChange(before: user, after: changed, actor: actor).event)
        }
        if let role = asked.role?.stored, role != user.role {
            changed.role = role
            let details = ["user": user.username, "old": user.role.rawValue, "new": role.rawValue]
            events.append(AuditEvent(.userRoleChanged, actor: actor, subject: user.id.lowercased, details: details))
        }
        if !events.isEmpty { try await store.updateUser(changed, audit: events) }
        if changed.role != user.role { await logins.endAll(.roleChanged) { $0.user == user.id } }
        if changed.role != .admin { sessions.endAll(openedBy: user.username, by: actor) }
        return try .json(Self.summary(changed))
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
        try await store.deleteUser(user.id, audit: [event])
        await logins.endAll(.userDeleted) { $0.user == user.id }
        sessions.endAll(openedBy: user.username, by: actor)
        return .noContent
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
