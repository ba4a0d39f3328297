package import Foundation
import GRDB

extension Store {
    // MARK: API tokens

    package func createAPIToken(_ token: APITokenRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { try token.insert($0) }
    }

    package func apiTokens() async throws -> [APITokenRecord] {
        try await read { try APITokenRecord.order(Column("createdAt")).fetchAll($0) }
    }

    /// A token with its user, good or not.
    package func apiToken(_ id: String) async throws -> (token: APITokenRecord, user: UserRecord)? {
        try await read { database in
            guard let token = try APITokenRecord.fetchOne(database, key: id),
                let user = try UserRecord.fetchOne(database, key: token.user.text)
            else { return nil }
            return (token, user)
        }
    }

    package func apiTokenUsed(_ id: String, at now: Date = Date()) async throws {
        try await write { try $0.execute(sql: "UPDATE apiTokens SET lastUsed = ? WHERE id = ?", arguments: [now, id]) }
    }

    package func revokeAPIToken(_ id: String, at now: Date = Date(), audit: [AuditEvent]) async throws {
        try await change(audit) { try Self.revoke(id, at: now, in: $0) }
    }

    static func revoke(_ id: String, at now: Date, in database: Database) throws {
        try database.execute(
            sql: "UPDATE apiTokens SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL",
            arguments: [now, id]
        )
        guard database.changesCount == 1 else {
            throw StoreError.notFound("no such API token, or it is revoked already")
        }
    }

    /// The ids of a user's API tokens that have neither ended nor been revoked.
    static func goodTokens(of user: UUID, at now: Date, in database: Database) throws -> [String] {
        let tokens = try APITokenRecord.filter(Column("user") == user.text).fetchAll(database)
        return tokens.filter { $0.isGood(at: now) }.map(\.id)
    }

    // MARK: Enrollment tokens

    package func createEnrollmentToken(_ token: EnrollmentTokenRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { try token.insert($0) }
    }

    package func enrollmentTokens() async throws -> [EnrollmentTokenRecord] {
        try await read { try EnrollmentTokenRecord.order(Column("createdAt")).fetchAll($0) }
    }

    package func enrollmentToken(_ id: String) async throws -> EnrollmentTokenRecord? {
        try await read { try EnrollmentTokenRecord.fetchOne($0, key: id) }
    }

    package func revokeEnrollmentToken(_ id: String, at now: Date = Date(), audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            try database.execute(
                sql: "UPDATE enrollmentTokens SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL AND usedAt IS NULL",
                arguments: [now, id]
            )
            guard database.changesCount == 1 else {
                throw StoreError.notFound("no such enrollment token that could still be used")
            }
        }
    }

    // MARK: Approved patterns

    package func approvedPatterns() async throws -> [ApprovedPatternRecord] {
        try await read { try ApprovedPatternRecord.order(Column("pattern")).fetchAll($0) }
    }

    package func addApprovedPattern(_ pattern: ApprovedPatternRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            guard try ApprovedPatternRecord.fetchOne(database, key: pattern.pattern) == nil else {
                throw StoreError.conflict("the pattern \(pattern.pattern) is approved already")
            }
            try pattern.insert(database)
        }
    }

    package func removeApprovedPattern(_ pattern: String, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            guard try ApprovedPatternRecord.deleteOne(database, key: pattern) else {
                throw StoreError.notFound("the pattern \(pattern) is not approved")
            }
        }
    }
}
