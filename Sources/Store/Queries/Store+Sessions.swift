package import Foundation
import GRDB

extension Store {
    package func openSession(_ session: ScrierSessionRecord, audit: [AuditEvent]) async throws {
        try await change(audit) { try session.insert($0) }
    }

    package func session(_ id: UUID) async throws -> ScrierSessionRecord? {
        try await read { try ScrierSessionRecord.fetchOne($0, key: id.text) }
    }

    /// Newest first; only those that are open, where asked.
    package func sessions(openOnly: Bool, limit: Int = 1000) async throws -> [ScrierSessionRecord] {
        try await read { database in
            var request = ScrierSessionRecord.order(Column("createdAt").desc).limit(limit)
            if openOnly { request = request.filter(!["closed", "failed"].contains(Column("state"))) }
            return try request.fetchAll(database)
        }
    }

    /// Moves a session on. What ends it is ``endSession(_:audit:)``.
    package func setSessionState(
        _ id: UUID,
        to state: ScrierSessionRecord.State,
        login: String? = nil,
        at now: Date = Date()
    ) async throws {
        try await write { database in
            var session = try Self.session(id, becoming: state, in: database)
            session.state = state
            if let login { session.login = login }
            if state == .ready { session.readyAt = now }
            try session.update(database)
        }
    }

    /// How a session ended.
    package struct SessionEnding: Sendable, Equatable {
        package var id: UUID
        package var state: ScrierSessionRecord.State
        package var reason: String
        package var endedAt: Date
        package var exitStatus: Int?
        package var bytesIn: Int
        package var bytesOut: Int
        package var login: String?
        package var recording: FinishedRecording?

        package init(
            id: UUID,
            state: ScrierSessionRecord.State,
            reason: String,
            endedAt: Date,
            exitStatus: Int? = nil,
            bytesIn: Int = 0,
            bytesOut: Int = 0,
            login: String? = nil,
            recording: FinishedRecording? = nil
        ) {
            self.id = id
            self.state = state
            self.reason = reason
            self.endedAt = endedAt
            self.exitStatus = exitStatus
            self.bytesIn = bytesIn
            self.bytesOut = bytesOut
            self.login = login
            self.recording = recording
        }
    }

    package func endSession(_ ending: SessionEnding, audit: [AuditEvent]) async throws {
        try await change(audit) { database in
            var session = try Self.session(ending.id, becoming: ending.state, in: database)
            session.state = ending.state
            session.reason = ending.reason
            session.endedAt = ending.endedAt
            session.exitStatus = ending.exitStatus
            session.bytesIn = ending.bytesIn
            session.bytesOut = ending.bytesOut
            session.login = ending.login ?? session.login
            session.take(ending.recording)
            try session.update(database)
        }
    }

    /// Ends, on record, the sessions that a crash of the server left open. Returns how many there were.
    @discardableResult
    package func closeStaleSessions(reason: String, at now: Date = Date()) async throws -> Int {
        try await write { database in
            let stale = try ScrierSessionRecord.filter(!["closed", "failed"].contains(Column("state"))).fetchAll(
                database
            )
            for var session in stale {
                session.state = .failed
                session.reason = reason
                session.endedAt = now
                try session.update(database)
            }
            let events = stale.map { session in
                AuditEvent(
                    .scrierDisconnect,
                    actor: session.user,
                    subject: session.id.text,
                    details: [
                        "envoy": session.envoy.text, "hostname": session.hostname, "protocol": session.protocolName,
                        "reason": reason,
                    ]
                )
            }
            try AuditLog.append(events, to: database, at: now)
            return stale.count
        }
    }

    private static func session(
        _ id: UUID,
        becoming state: ScrierSessionRecord.State,
        in database: Database
    ) throws -> ScrierSessionRecord {
        guard let session = try ScrierSessionRecord.fetchOne(database, key: id.text) else {
            throw StoreError.notFound("no such session")
        }
        guard session.state.mayBecome(state) else {
            throw StoreError.illegalTransition(
                "a session that is \(session.state.rawValue) cannot become \(state.rawValue)"
            )
        }
        return session
    }
}
