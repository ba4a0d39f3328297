package import Foundation
import GRDB

extension Store {
    package func users() async throws -> [UserRecord] {
        try await read { try UserRecord.order(Column("username")).fetchAll($0) }
    }

    package func user(_ id: UUID) async throws -> UserRecord? {
        try await read { try UserRecord.fetchOne($0, key: id.text) }
    }

    package func user(named name: String) async throws -> UserRecord? {
        try await read { try UserRecord.filter(Column("username") == name).fetchOne($0) }
    }

    /// Whose public key it is.
    package func user(fingerprint: String) async throws -> UserRecord? {
        try await read { try UserRecord.filter(Column("ssh_fingerprint") == fingerprint).fetchOne($0) }
    }

    package func createUser(_ user: UserRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            if try UserRecord.filter(Column("username") == user.username).fetchCount(database) > 0 {
                throw StoreError.conflict("a user named \(user.username) exists already")
            }
            try Self.expectFree(user.sshFingerprint, for: user.id, in: database)
            try user.insert(database)
        }
    }

    /// Changes a user as they are by then: what was read before may be another's change ago. A role that changes takes the user's
    /// API tokens along, which were given to somebody with the old one.
    /// - Parameter body: returns what the audit log says of the change; nothing where it makes none.
    @discardableResult
    package func changeUser(
        _ id: UUID,
        by actor: String,
        at now: Date = Date(),
        _ body: @escaping @Sendable (inout UserRecord) -> [AuditEvent]
    ) async throws -> UserChange {
        try await write { database in
            guard let before = try UserRecord.fetchOne(database, key: id.text) else {
                throw StoreError.notFound("no such user")
            }
            var after = before
            var events = body(&after)
            try Self.expectFree(after.sshFingerprint, for: id, in: database)
            try after.updateChanges(database, from: before)
            let revoked = before.role == after.role ? [] : try Self.goodTokens(of: id, at: now, in: database)
            for token in revoked {
                try Self.revoke(token, at: now, in: database)
                let details = ["user": after.username, "why": "the role changed"]
                events.append(AuditEvent(.apiTokenRevoked, actor: actor, subject: token, details: details))
            }
            try AuditLog.append(events, to: database)
            return UserChange(before: before, after: after, revokedTokens: revoked)
        }
    }

    /// A user's API tokens go with it.
    /// - Returns: the ids of those that were good until now.
    @discardableResult
    package func deleteUser(_ id: UUID, at now: Date = Date(), audit: [AuditEvent]) async throws -> [String] {
        try await change(audit) { database in
            let tokens = try Self.goodTokens(of: id, at: now, in: database)
            guard try UserRecord.deleteOne(database, key: id.text) else { throw StoreError.notFound("no such user") }
            return tokens
        }
    }

    private static func expectFree(_ fingerprint: String?, for user: UUID, in database: Database) throws {
        guard let fingerprint else { return }
        let owner = try UserRecord.filter(Column("ssh_fingerprint") == fingerprint && Column("id") != user.text)
            .fetchOne(database)
        guard let owner else { return }
        throw StoreError.conflict("the SSH public key \(fingerprint) belongs to the user \(owner.username) already")
    }
}
