package import Foundation
import GRDB

/// Which sessions somebody looks for.
package struct SessionSearch: Sendable, Equatable {
    /// Anywhere in hostname, operator, login or reason.
    package var text: String?
    package var envoy: UUID?
    package var isOver: Bool?

    package init(text: String? = nil, envoy: UUID? = nil, isOver: Bool? = nil) {
        self.text = text
        self.envoy = envoy
        self.isOver = isOver
    }
}

extension Store {
    /// Newest first.
    package func searchSessions(_ search: SessionSearch, limit: Int) async throws -> [ScrierSessionRecord] {
        try await read { database in
            var request = ScrierSessionRecord.order(Column("createdAt").desc).limit(limit)
            if let isOver = search.isOver {
                let over = ["closed", "failed"].contains(Column("state"))
                request = request.filter(isOver ? over : !over)
            }
            if let envoy = search.envoy { request = request.filter(Column("envoy") == envoy.text) }
            if let text = search.text {
                request = request.filter(
                    sql: """
                        (hostname || ' ' || user || ' ' || COALESCE(login, '') || ' ' || protocol || ' ' || COALESCE(reason, ''))
                        LIKE ? ESCAPE '\\'
                        """,
                    arguments: ["%\(LikePattern.escaped(text))%"]
                )
            }
            return try request.fetchAll(database)
        }
    }
}
