import Foundation
import Hummingbird
import Store

/// `/audit`: the log, newest first. The browser has the chain verified after the page is there: a long log takes its time.
struct AuditPage: Sendable {
    let sources: WebSources

    private static let shown = 100

    var page: WebPage { WebPage("/audit", .signedIn, list) }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        let filter = AuditFilter(text: visit.query("q"), kind: visit.query("kind"))
        let before = visit.query("before").flatMap { Int($0) }
        let records = try await sources.store.auditRecords(matching: filter, before: before, limit: Self.shown)
        let kinds = Set(AuditAction.allCases.compactMap { $0.rawValue.split(separator: ".").first.map(String.init) })
        return try visit.page(
            "audit",
            titled: "Audit log",
            script: "audit.js",
            [
                "rows": records.map(Row.init), "hasRows": !records.isEmpty, "query": visit.query("q") ?? "",
                "searchLabel": "Search the log",
                "kind": filter.kind ?? "", "isFiltered": filter.text != nil || filter.kind != nil || before != nil,
                "kinds": kinds.sorted().map { Kind(name: $0, isChosen: $0 == filter.kind) },
                "older": records.count == Self.shown ? Self.link(filter, before: records.last?.sequence) : nil,
                "newest": before == nil ? nil : Self.link(filter, before: nil), "isPaged": before != nil,
            ]
        )
    }

    private static func link(_ filter: AuditFilter, before: Int?) -> String {
        var address = URLComponents()
        address.path = "/audit"
        address.queryItems = [("q", filter.text), ("kind", filter.kind), ("before", before.map { "\($0)" })].compactMap
        {
            name,
            value in value.map { URLQueryItem(name: name, value: $0) }
        }
        // In a query a plus is a blank.
        address.percentEncodedQuery = address.percentEncodedQuery?.replacing("+", with: "%2B")
        return address.string ?? "/audit"
    }

    private struct Kind {
        let name: String
        let isChosen: Bool
    }

    private struct Row {
        struct Detail {
            let name: String
            let value: String
        }

        let sequence: Int
        let time: Moment?
        let actor: String
        let action: String
        let subject: String
        let details: [Detail]
        let hash: String
        /// Refusals stand out.
        let isRefusal: Bool

        init(_ record: AuditRecord) {
            sequence = record.sequence
            time = (try? Date(record.time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
                .map { Moment($0) }
            actor = record.actor
            action = record.action
            subject = record.subject
            details = record.details.sorted { $0.key < $1.key }.map { Detail(name: $0.key, value: $0.value) }
            hash = record.hash
            isRefusal = record.action.hasSuffix("denied") || record.action.hasSuffix("refused")
        }
    }
}
