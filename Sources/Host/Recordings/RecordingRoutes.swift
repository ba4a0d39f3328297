import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix
import Store
import Wire

/// Showing, playing and deleting recordings.
struct RecordingRoutes: Sendable {
    let store: Store
    let recordings: Recordings
    let viewings: RecordingViewings

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/scrier/recordings/{session}", .reviewer, show),
            APIRoute(.get, "/api/v1/scrier/recordings/{session}/cast", .reviewer, cast),
            APIRoute(.delete, "/api/v1/scrier/recordings/{session}", .admin, delete),
        ]
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        let row = try await row(call)
        guard var summary = RecordingSummary(row) else { throw Self.unknown }
        summary.verdict = try await recordings.verdict(row)
        return try .json(summary)
    }

    @Sendable private func cast(_ call: APICall) async throws -> Response {
        let row = try await row(call)
        guard row.recordingState != .deleted, row.recordingState != .bypassed, let path = recordings.path(row) else {
            throw APIFailure(.gone, "recording_deleted", "there is no recording of this session any more")
        }
        guard let file = try await NIOThreadPool.singleton.runIfActive({ RecordingDownload(path) }) else {
            throw APIFailure(.notFound, "recording_missing", "the recording's file is not there")
        }
        // Before the first byte leaves.
        try await viewings.note(row, by: try call.signedIn().name, from: call.clientAddress, how: "file")
        return file.response(range: call.request.headers[.range], name: "\(row.id.lowercased).cast")
    }

    @Sendable private func delete(_ call: APICall) async throws -> Response {
        let row = try await row(call)
        guard try await recordings.delete(row, by: try call.signedIn().name, because: "asked for") else {
            throw APIFailure.conflict(
                row.recordingState == .recording
                    ? "the session goes on; end it first" : "there is nothing to delete: the recording is gone"
            )
        }
        return .noContent
    }

    func row(_ call: APICall) async throws -> ScrierSessionRecord {
        guard let row = try await store.session(try call.uuid("session")), row.recordingState != nil else {
            throw Self.unknown
        }
        return row
    }

    private static let unknown = APIFailure(.notFound, "unknown_recording", "there is no recording of such a session")
}

extension RecordingSummary {
    init?(_ row: ScrierSessionRecord) {
        guard let state = row.recordingState.flatMap({ RecordingProgress(rawValue: $0.rawValue) }) else { return nil }
        self.init(
            sessionID: row.id,
            user: row.user,
            login: row.login,
            hostname: row.hostname,
            envoyID: row.envoy,
            protocolName: row.protocolName,
            startedAt: row.createdAt,
            endedAt: row.endedAt,
            duration: row.recordingSeconds,
            bytes: row.recordingBytes,
            sha256: row.recordingSHA256,
            state: state
        )
    }
}
