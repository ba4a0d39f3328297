import GRDB

extension Store {
    /// Writes down what changed nothing else: a refusal, a start.
    package func append(_ events: [AuditEvent]) async throws { try await change(events) { _ in } }

    /// The newest record's number and hash; zero and zeros while there is none.
    package func auditHead() async throws -> (sequence: Int, hash: String) {
        try await read { try AuditLog.head(in: $0) }
    }

    /// The records that follow `sequence`, oldest first.
    package func auditRecords(after sequence: Int, limit: Int = 500) async throws -> [AuditRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map(AuditRecord.init)
        }
    }

    /// Walks the whole log in batches, so that a long one needs no more memory than a short one.
    package func verifyAudit() async throws -> AuditVerifier.Verdict {
        var verifier = AuditVerifier()
        var last = 0
        while true {
            let batch = try await auditRecords(after: last, limit: 1000)
            guard let end = batch.last else { return verifier.verdict }
            for record in batch { if let broken = verifier.take(record) { return broken } }
            last = end.sequence
        }
    }
}
