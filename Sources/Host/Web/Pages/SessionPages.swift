import Foundation
import Hummingbird
import Store
import Wire

/// `/sessions`: what goes on, and what went on lately.
struct SessionPages: Sendable {
    let sources: WebSources

    private static let shown = 100

    var pages: [WebPage] {
        [
            WebPage("/sessions", .signedIn, list), WebPage("/sessions/{session}", .signedIn, show),
            WebPage("/sessions/{session}/watch", .roles([.admin]), watch),
        ]
    }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        let query = visit.query("q")
        let live = try await sources.store.searchSessions(SessionSearch(text: query, isOver: false), limit: 1000)
        let over = try await sources.store.searchSessions(SessionSearch(text: query, isOver: true), limit: Self.shown)
        let rows = { (records: [ScrierSessionRecord]) in
            records.map { SessionRow($0, live: sources.sessions, visitor: visit.visitor) }
        }
        return try visit.page(
            "sessions",
            titled: "Sessions",
            [
                "liveTable": ["sessions": rows(live)], "hasLive": !live.isEmpty, "overTable": ["sessions": rows(over)],
                "hasOver": !over.isEmpty,
                "query": query ?? "", "searchLabel": "Search sessions", "isFiltered": query != nil,
                "open": sources.sessions.count,
                "limit": sources.maxSessions, "hasMore": over.count == Self.shown,
            ]
        )
    }

    @Sendable private func show(_ visit: WebVisit) async throws -> Response {
        let row = try await session(visit)
        return try visit.page(
            "session",
            titled: "Session on \(row.hostname)",
            section: "sessions",
            [
                "session": SessionRow(row, live: sources.sessions, visitor: visit.visitor), "port": row.port,
                "exitStatus": row.exitStatus,
            ]
        )
    }

    @Sendable private func watch(_ visit: WebVisit) async throws -> Response {
        let row = try await session(visit)
        return try visit.page(
            "watch",
            titled: "Watching \(row.user) on \(row.hostname)",
            section: "sessions",
            script: "watch.js",
            ["session": SessionRow(row, live: sources.sessions, visitor: visit.visitor)]
        )
    }

    private func session(_ visit: WebVisit) async throws -> ScrierSessionRecord {
        guard let id = UUID(uuidString: visit.parameter("session")), let row = try await sources.store.session(id)
        else {
            throw WebRefusal.notFound("There is no such session.")
        }
        return row
    }
}
