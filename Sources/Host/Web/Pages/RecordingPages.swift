import Foundation
import Hummingbird
import Store
import Wire

/// `/recordings`: what was recorded, found by what stood on the screen; `/recordings/{session}` plays one.
struct RecordingPages: Sendable {
    let sources: WebSources

    var pages: [WebPage] {
        [
            WebPage("/recordings", .roles([.admin, .compliance]), list),
            WebPage("/recordings/{session}", .roles([.admin, .compliance]), show),
        ]
    }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        var filter = Store.RecordingFilter()
        filter.user = visit.query("user")
        filter.envoy = visit.query("envoy")
        let query = visit.query("q")
        var problem: String?
        var found: [RecordingSummary] = []
        do {
            found = try await sources.recordings.find(filter, query, by: visit.caller.name, from: visit.clientAddress)
        } catch let failure as APIFailure {
            problem = failure.error.message
        }
        let isFiltered = query != nil || filter.user != nil || filter.envoy != nil
        return try visit.page(
            "recordings",
            titled: "Recordings",
            [
                "rows": found.map { RecordingRow($0, query: query, visitor: visit.visitor) }, "hasRows": !found.isEmpty,
                "query": query ?? "", "user": filter.user, "envoy": filter.envoy,
                "searchLabel": "Search what was on the screens", "isFiltered": isFiltered, "problem": problem,
                "isRecording": sources.isRecording, "hasMore": found.count == filter.limit,
            ]
        )
    }

    @Sendable private func show(_ visit: WebVisit) async throws -> Response {
        guard let id = UUID(uuidString: visit.parameter("session")), let row = try await sources.store.session(id),
            let summary = RecordingSummary(row)
        else { throw WebRefusal.notFound("There is no recording of such a session.") }
        let recording = RecordingRow(summary, query: visit.query("q"), visitor: visit.visitor)
        return try visit.page(
            "recording",
            titled: "Recording of \(row.user) on \(row.hostname)",
            section: "recordings",
            script: recording.isPlayable ? "recording.js" : nil,
            ["recording": recording, "query": visit.query("q") ?? ""]
        )
    }
}
