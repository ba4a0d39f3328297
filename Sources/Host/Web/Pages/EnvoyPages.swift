import Foundation
import Hummingbird
import Store
import Wire

/// `/envoys`, the console's front page, and `/envoys/{envoy}`.
struct EnvoyPages: Sendable {
    let sources: WebSources

    /// More rows than this nobody reads; the search finds the others.
    private static let shown = 300

    var pages: [WebPage] {
        [WebPage("/envoys", .signedIn, list), WebPage("/envoys/{envoy}", .signedIn, show)]
    }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        let rows = try await rows(for: visit)
        let words = visit.query("q")?.lowercased().split(separator: " ").map(String.init) ?? []
        let found = rows.filter { row in words.allSatisfy(row.searched.contains) }
        let status = EnvoyRow.Status(rawValue: visit.query("status") ?? "")
        let matching = found.filter { status == nil || $0.status == status }
        let filters =
            [Filter(name: "All", value: "", count: found.count, isChosen: status == nil)]
            + EnvoyRow.Status.allCases.map { each in
                Filter(
                    name: each.label,
                    value: each.rawValue,
                    count: found.count { $0.status == each },
                    isChosen: status == each
                )
            }.filter { $0.count > 0 || $0.isChosen }
        return try visit.page(
            "envoys",
            titled: "Envoys",
            [
                "rows": Array(matching.prefix(Self.shown)), "hasRows": !matching.isEmpty, "isEmpty": rows.isEmpty,
                "more": max(0, matching.count - Self.shown), "hasMore": matching.count > Self.shown,
                "query": visit.query("q") ?? "", "searchLabel": "Search envoys", "status": status?.rawValue ?? "",
                "filters": filters,
                "publicURL": sources.publicURL,
            ]
        )
    }

    @Sendable private func show(_ visit: WebVisit) async throws -> Response {
        let record = try await sources.enrollment.find(visit.parameter("envoy"))
        let envoy = try await sources.enrollment.envoy(record.id.lowercased)
        let opened = await OpenLink.all(visit, sources)
        let sessions = try await sources.store.searchSessions(SessionSearch(envoy: envoy.id), limit: 50)
        return try visit.page(
            "envoy",
            titled: envoy.hostname,
            section: "envoys",
            [
                "envoy": EnvoyRow(envoy, sessions: 0, links: opened),
                "enrolled": Moment(envoy.enrolledAt),
                "certificateEnd": envoy.certificateNotAfter.map { Moment($0) },
                "fingerprint": envoy.identityFingerprint ?? "",
                "mayRevoke": visit.visitor.isAdmin && envoy.status == .active,
                "mayApprove": visit.visitor.isAdmin && envoy.status == .pending,
                "mayDelete": visit.visitor.isAdmin && envoy.status != .active,
                "sessions": sessions.map { SessionRow($0, live: sources.sessions, visitor: visit.visitor) },
                "hasSessions": !sessions.isEmpty,
            ]
        )
    }

    private func rows(for visit: WebVisit) async throws -> [EnvoyRow] {
        let links = await OpenLink.all(visit, sources)
        let open = try await sources.store.searchSessions(SessionSearch(isOver: false), limit: 1000)
        let counts = Dictionary(grouping: open, by: \.envoy).mapValues(\.count)
        return try await sources.enrollment.envoys(status: nil).items.map {
            EnvoyRow($0, sessions: counts[$0.id] ?? 0, links: links)
        }.sorted { ($0.status.rank, $0.hostname) < ($1.status.rank, $1.hostname) }
    }

    private struct Filter {
        let name: String
        let value: String
        let count: Int
        let isChosen: Bool
    }
}
