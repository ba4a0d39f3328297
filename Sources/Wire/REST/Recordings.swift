#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What has become of a recording, as `GET /api/v1/scrier/recordings` shows it.
package enum RecordingProgress: String, Codable, Sendable, CaseIterable {
    case recording
    case finished
    case cutShort = "cut_short"
    case deleted
    case bypassed
}

/// Whether a recording's file is the one that was written.
package enum RecordingVerdict: String, Codable, Sendable, CaseIterable {
    /// Its digest is the one in the session's row and in the audit log.
    case verified
    case altered
    /// The file is not there, and nobody deleted it through the server.
    case missing
    /// It is still being written.
    case recording
    case deleted
    /// There never was one.
    case bypassed
}

/// A line that stood on the screen.
package struct RecordedLine: Codable, Sendable, Equatable {
    /// Seconds since the recording's beginning.
    package var time: Double
    package var text: String

    package init(time: Double, text: String) {
        self.time = time
        self.text = text
    }
}

/// A recording as the listing shows it.
package struct RecordingSummary: Codable, Sendable, Equatable {
    package var sessionID: UUID
    package var user: String
    package var login: String?
    package var hostname: String
    package var envoyID: UUID
    package var protocolName: String
    package var startedAt: Date
    package var endedAt: Date?
    /// In seconds.
    package var duration: Double?
    package var bytes: Int?
    package var sha256: String?
    package var state: RecordingProgress
    /// Of one recording that was asked for by itself: reading a file through takes its time.
    package var verdict: RecordingVerdict?
    /// Of a search: the first lines that matched.
    package var matches: [RecordedLine]?

    package init(
        sessionID: UUID,
        user: String,
        login: String? = nil,
        hostname: String,
        envoyID: UUID,
        protocolName: String,
        startedAt: Date,
        endedAt: Date? = nil,
        duration: Double? = nil,
        bytes: Int? = nil,
        sha256: String? = nil,
        state: RecordingProgress,
        verdict: RecordingVerdict? = nil,
        matches: [RecordedLine]? = nil
    ) {
        self.sessionID = sessionID
        self.user = user
        self.login = login
        self.hostname = hostname
        self.envoyID = envoyID
        self.protocolName = protocolName
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.duration = duration
        self.bytes = bytes
        self.sha256 = sha256
        self.state = state
        self.verdict = verdict
        self.matches = matches
    }

    private enum CodingKeys: String, CodingKey {
        case sessionID = "session_id"
        case user
        case login
        case hostname
        case envoyID = "envoy_id"
        case protocolName = "protocol"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case duration
        case bytes
        case sha256
        case state
        case verdict
        case matches
    }
}
