import GRDB

/// Which records somebody looks for.
package struct AuditFilter: Sendable, Equatable {
    /// Anywhere in actor, action, subject or details.
    package var text: String?
    /// What the action's name begins with, up to its dot.
    package var kind: String?

    package init(text: String? = nil, kind: String? = nil) {
        self.text = text
        self.kind = kind
    }
}

extension Store {
    /// The newest records before the one with the number `sequence`, newest first.
    package func auditRecords(matching filter: AuditFilter, before sequence: Int?, limit: Int) async throws
        -> [AuditRecord]
    {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let sequence {
            conditions.append("sequence < ?")
            arguments += [sequence]
        }
        if let kind = filter.kind {
            conditions.append("action LIKE ? ESCAPE '\\'")
            arguments += [LikePattern.escaped(kind) + ".%"]
        }
        if let text = filter.text {
            conditions.append("(actor || ' ' || action || ' ' || subject || ' ' || details) LIKE ? ESCAPE '\\'")
            arguments += ["%\(LikePattern.escaped(text))%"]
        }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try await read { [arguments] database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM audit \(condition) ORDER BY sequence DESC LIMIT \(limit)",
                arguments: arguments
            ).map(AuditRecord.init)
        }
    }
}
