package import Foundation
import GRDB

extension Store {
    /// Which recordings are asked for. What is nil does not matter.
    package struct RecordingFilter: Sendable, Equatable {
        package var user: String?
        /// A hostname or a UUID.
        package var envoy: String?
        package var before: Date?
        package var sessions: [UUID]?
        package var limit = 100

        package init() {}
    }

    /// Sessions that have, or had, a recording; newest first.
    package func recordings(_ filter: RecordingFilter) async throws -> [ScrierSessionRecord] {
        try await read { database in
            var request = ScrierSessionRecord.filter(Column("recordingState") != nil)
                .order(Column("createdAt").desc).limit(filter.limit)
            if let user = filter.user { request = request.filter(Column("user") == user) }
            if let envoy = filter.envoy {
                let id = UUID(uuidString: envoy)?.text ?? ""
                request = request.filter(
                    Column("hostname").collating(.nocase) == envoy || Column("envoy") == id
                )
            }
            if let before = filter.before { request = request.filter(Column("createdAt") < before) }
            if let sessions = filter.sessions {
                let ids = "[" + sessions.map { "\"\($0.text)\"" }.joined(separator: ",") + "]"
                request = request.filter(sql: "id IN (SELECT value FROM json_each(?))", arguments: [ids])
            }
            return try request.fetchAll(database)
        }
    }

    /// Those that a crash of the server left without an end.
    package func unfinishedRecordings() async throws -> [ScrierSessionRecord] {
        try await read { database in
            try ScrierSessionRecord.filter(Column("recordingState") == RecordingState.recording.rawValue).fetchAll(
                database
            )
        }
    }

    /// Finished ones, oldest first: what retention chooses from.
    package func keptRecordings() async throws -> [ScrierSessionRecord] {
        let states = [RecordingState.finished, .cutShort].map(\.rawValue)
        return try await read { database in
            try ScrierSessionRecord.filter(states.contains(Column("recordingState"))).order(Column("createdAt"))
                .fetchAll(database)
        }
    }

    /// Those whose file must be gone.
    package func deletedRecordings() async throws -> [ScrierSessionRecord] {
        try await read { database in
            try ScrierSessionRecord.filter(Column("recordingState") == RecordingState.deleted.rawValue).fetchAll(
                database
            )
        }
    }

    package func finishRecording(_ session: UUID, _ finished: FinishedRecording?, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            guard var row = try ScrierSessionRecord.fetchOne(database, key: session.text) else { return }
            row.take(finished)
            try row.update(database)
        }
    }

    /// On record before the file goes. False when there was nothing to delete.
    package func markRecordingDeleted(_ session: UUID, audit: [AuditEvent]) async throws -> Bool {
        try await write { database in
            guard var row = try ScrierSessionRecord.fetchOne(database, key: session.text),
                row.recordingState == .finished || row.recordingState == .cutShort
            else { return false }
            row.recordingState = .deleted
            try row.update(database)
            try AuditLog.append(audit, to: database)
            return true
        }
    }

    /// What the audit log says of a session's recording; nil when it says nothing, or when its record is not as it was written.
    package func auditedDigest(of session: UUID) async throws -> String? {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM audit WHERE subject = ? AND action IN (?, ?) ORDER BY sequence DESC",
                arguments: [
                    session.text, AuditAction.scrierDisconnect.rawValue, AuditAction.recordingFinished.rawValue,
                ]
            )
            for row in rows {
                let record = try AuditRecord(row)
                guard let digest = record.details["recording_sha256"] else { continue }
                let next = try String.fetchOne(
                    database,
                    sql: "SELECT previousHash FROM audit WHERE sequence = ?",
                    arguments: [record.sequence + 1]
                )
                guard record.computedHash == record.hash, next == nil || next == record.hash else { return nil }
                return digest
            }
            return nil
        }
    }
}
