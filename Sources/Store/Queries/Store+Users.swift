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

    /// Writes back a user as changed.
    package func updateUser(_ user: UserRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            try Self.expectFree(user.sshFingerprint, for: user.id, in: database)
            do { try user.update(database) } catch is RecordError { throw StoreError.notFound("no such user") }
        }
    }

    /// A user's API tokens go with it.
    package func deleteUser(_ id: UUID, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            guard try UserRecord.deleteOne(database, key: id.text) else { throw StoreError.notFound("no such user") }
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
