import Foundation
import GRDB

/// The writing end of the audit log, within the transaction of the change that it tells of.
enum AuditLog {
    static func append(_ events: [AuditEvent], to database: Database, at time: Date = Date()) throws {
        guard !events.isEmpty else { return }
        var (sequence, previous) = try head(in: database)
        for event in events {
            sequence += 1
            let record = AuditRecord(sequence: sequence, time: time, event: event, previousHash: previous)
            try database.execute(
                sql: """
                    INSERT INTO audit (sequence, time, actor, action, subject, details, previousHash, hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.sequence, record.time, record.actor, record.action, record.subject,
                    CanonicalJSON.object(record.details.mapValues { .string($0) }).text, record.previousHash,
                    record.hash,
                ]
            )
            previous = record.hash
        }
    }

    static func head(in database: Database) throws -> (sequence: Int, hash: String) {
        guard
            let row = try Row.fetchOne(database, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        else { return (0, AuditRecord.origin) }
        return (row["sequence"], row["hash"])
    }
}
