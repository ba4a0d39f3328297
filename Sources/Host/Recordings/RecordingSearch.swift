import Foundation
import Hummingbird
import Store
import Wire

/// Looking for words that stood on a screen.
struct RecordingSearch: Sendable {
    let store: Store
    /// Nil when it could not be opened.
    let index: ScreenIndex?
    let recordings: RecordingRoutes

    static let matchesShown = 5
    static let usualLines = 10_000
    static let mostLines = 100_000

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/scrier/recordings", .reviewer, list),
            APIRoute(.get, "/api/v1/scrier/recordings/{session}/text", .reviewer, text),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let filter = try RecordingFilterQuery.read(call)
        let text = try RecordingFilterQuery.text("query", call)
        return try .json(Items(try await find(filter, text, by: try call.signedIn().name, from: call.clientAddress)))
    }

    /// Those that the filter lets through, and on whose screens `text` stood; a search for text is on record.
    func find(
        _ filter: Store.RecordingFilter,
        _ text: String?,
        by actor: String,
        from clientAddress: String
    ) async throws -> [RecordingSummary] {
        guard let text else { return try await store.recordings(filter).compactMap { RecordingSummary($0) } }
        let query = try Self.query(text)
        var filter = filter
        let index = try usable()
        filter.sessions = try await index.sessions(matching: query)
        var found: [RecordingSummary] = []
        for row in try await store.recordings(filter) {
            guard row.recordingState != .deleted, var summary = RecordingSummary(row) else { continue }
            summary.matches = try await index.lines(of: row.id, matching: query, limit: Self.matchesShown)
                .map(RecordedLine.init)
            found.append(summary)
        }
        // The lines that are shown are part of what was on somebody's screen.
        try await store.append([
            AuditEvent(
                .recordingSearched,
                actor: actor,
                subject: "recordings",
                details: ["query": text, "found": "\(found.count)", "client": clientAddress]
            )
        ])
        return found
    }

    @Sendable private func text(_ call: APICall) async throws -> Response {
        let row = try await recordings.row(call)
        let query = try RecordingFilterQuery.text("query", call).map(Self.query)
        let limit = try number("limit", call, 1...Self.mostLines) ?? Self.usualLines
        let offset = try number("offset", call, 0...Int(Int32.max)) ?? 0
        try await recordings.viewings.note(row, by: try call.signedIn().name, from: call.clientAddress, how: "text")
        let lines = try await usable().lines(of: row.id, matching: query, limit: limit, offset: offset)
        return try .json(Items(lines.map(RecordedLine.init)))
    }

    private func usable() throws(APIFailure) -> ScreenIndex {
        guard let index else {
            throw APIFailure(
                .serviceUnavailable,
                "no_text",
                "the index of recordings' text cannot be used; the log says why"
            )
        }
        return index
    }

    private static func query(_ text: String) throws(APIFailure) -> ScreenQuery {
        guard let query = ScreenQuery(text) else {
            throw .badRequest("query: expected up to twenty words, of at most 300 bytes together")
        }
        return query
    }

    private func number(_ name: String, _ call: APICall, _ range: ClosedRange<Int>) throws(APIFailure) -> Int? {
        guard let text = try RecordingFilterQuery.text(name, call) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .badRequest("\(name): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension RecordedLine {
    init(_ line: ScreenLine) { self.init(time: Double(line.milliseconds) / 1000, text: line.text) }
}
