package import Foundation
import GRDB

extension Store {
    package func envoy(_ id: UUID) async throws -> EnvoyRecord? {
        try await read { try EnvoyRecord.fetchOne($0, key: id.text) }
    }

    /// The newest envoy that enrolled, or asked to, with this identity key.
    package func envoy(identityKey: Data) async throws -> EnvoyRecord? {
        try await read { database in
            try EnvoyRecord.filter(Column("identityKey") == identityKey).order(Column("enrolledAt").desc).fetchOne(
                database
            )
        }
    }

    /// The active envoy of that hostname.
    package func envoy(hostname: String) async throws -> EnvoyRecord? {
        try await read { database in
            try EnvoyRecord.fetchOne(
                database,
                sql: "SELECT * FROM envoys WHERE hostname = ? AND status = 'active'",
                arguments: [hostname]
            )
        }
    }

    package func envoys(status: EnvoyRecord.Status? = nil) async throws -> [EnvoyRecord] {
        try await read { database in
            var request = EnvoyRecord.order(Column("hostname"), Column("enrolledAt"))
            if let status { request = request.filter(Column("status") == status.rawValue) }
            return try request.fetchAll(database)
        }
    }

    /// Takes in an envoy: uses up its token, revokes the one whose place it takes, and adds it; all of that or nothing.
    /// - Throws: `conflict` when the token is used up by now, or an active envoy has the hostname.
    package func enroll(
        _ envoy: EnvoyRecord,
        consuming token: String? = nil,
        replacing previous: UUID? = nil,
        at now: Date = Date(),
        audit: [AuditEvent]
    ) async throws {
        try await change(audit) { database in
            if let token {
                try database.execute(
                    sql: """
                        UPDATE enrollmentTokens SET usedAt = ?, usedBy = ?
                        WHERE id = ? AND usedAt IS NULL AND revokedAt IS NULL AND (expiresAt IS NULL OR expiresAt > ?)
                        """,
                    arguments: [now, envoy.id.text, token, now]
                )
                guard database.changesCount == 1 else {
                    throw StoreError.conflict("this enrollment token has been used, or has ended")
                }
            }
            if let previous {
                try database.execute(
                    sql: "UPDATE envoys SET status = 'revoked' WHERE id = ?",
                    arguments: [previous.text]
                )
            }
            do { try envoy.insert(database) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_CONSTRAINT
            {
                throw StoreError.conflict("An active envoy with this hostname already exists")
            }
        }
    }

    /// Notes a check-in. False when `time` does not rise above the last one's: a replay.
    package func checkIn(
        _ id: UUID,
        time: Int64,
        hostname: String? = nil,
        address: String?,
        os: String? = nil,
        arch: String? = nil,
        agentVersion: String?,
        at now: Date = Date()
    ) async throws -> Bool {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE envoys SET lastCheckInTime = ?, lastSeen = ?, address = COALESCE(?, address), os = COALESCE(?, os),
                        arch = COALESCE(?, arch), agentVersion = COALESCE(?, agentVersion)
                    WHERE id = ? AND lastCheckInTime < ? AND status = 'active'
                    """,
                arguments: [time, now, address, os, arch, agentVersion, id.text, time]
            )
            return database.changesCount == 1
        }
    }

    /// Notes that the envoy was heard of by other means than a check-in.
    package func envoySeen(_ id: UUID, at now: Date = Date()) async throws {
        try await write {
            try $0.execute(sql: "UPDATE envoys SET lastSeen = ? WHERE id = ?", arguments: [now, id.text])
        }
    }

    package func revokeEnvoy(_ id: UUID, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            try database.execute(
                sql: "UPDATE envoys SET status = 'revoked' WHERE id = ? AND status != 'revoked'",
                arguments: [id.text]
            )
            guard database.changesCount == 1 else {
                throw StoreError.notFound("no such envoy, or it is revoked already")
            }
        }
    }

    /// Lets a pending envoy in, in the place of `previous` where it takes one.
    package func approveEnvoy(_ id: UUID, replacing previous: UUID? = nil, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            if let previous {
                try database.execute(
                    sql: "UPDATE envoys SET status = 'revoked' WHERE id = ?",
                    arguments: [previous.text]
                )
            }
            do {
                try database.execute(
                    sql: "UPDATE envoys SET status = 'active' WHERE id = ? AND status = 'pending'",
                    arguments: [id.text]
                )
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw StoreError.conflict("An active envoy with this hostname already exists")
            }
            guard database.changesCount == 1 else { throw StoreError.notFound("no such envoy waits for approval") }
        }
    }

    /// A newer certificate was signed. The one in use stays good until the newer one is used: its answer may get lost.
    package func setCertificate(
        of id: UUID,
        serial: String,
        notAfter: Date,
        audit: [AuditEvent]
    ) async throws {
        try await change(audit) { database in
            try database.execute(
                sql: """
                    UPDATE envoys SET previousSerial = COALESCE(previousSerial, certificateSerial), certificateSerial = ?,
                        certificateNotAfter = ? WHERE id = ?
                    """,
                arguments: [serial, notAfter, id.text]
            )
            guard database.changesCount == 1 else { throw StoreError.notFound("no such envoy") }
        }
    }

    /// The newest certificate has been used: from now on it is the only one.
    package func certificateUsed(by id: UUID, serial: String) async throws {
        try await write { database in
            try database.execute(
                sql: "UPDATE envoys SET previousSerial = NULL WHERE id = ? AND certificateSerial = ?",
                arguments: [id.text, serial]
            )
        }
    }

    package func deleteEnvoy(_ id: UUID, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            guard try EnvoyRecord.deleteOne(database, key: id.text) else { throw StoreError.notFound("no such envoy") }
        }
    }
}

extension UUID {
    /// As the database holds it.
    var text: String { uuidString.lowercased() }
}
