#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The states of a session, in their order; `failed` where it never became `ready`.
package enum SessionState: String, Codable, Sendable, CaseIterable {
    case waiting
    case connecting
    case ready
    case closed
    case failed

    package var isOver: Bool { self == .closed || self == .failed }
}

/// A session as the listing shows it.
package struct SessionSummary: Codable, Sendable, Equatable {
    package var id: UUID
    package var envoyID: UUID
    package var hostname: String
    package var protocolName: String
    package var port: Int
    /// The operator.
    package var user: String
    /// The user on the envoy.
    package var login: String?
    package var state: SessionState
    /// Why it ended.
    package var reason: String?
    package var createdAt: Date
    package var readyAt: Date?
    package var endedAt: Date?
    package var exitStatus: Int?
    package var clientAddress: String?
    package var bytesIn: Int?
    package var bytesOut: Int?
    /// Nil: none was wanted.
    package var recording: RecordingProgress?

    package init(
        id: UUID,
        envoyID: UUID,
        hostname: String,
        protocolName: String,
        port: Int,
        user: String,
        login: String? = nil,
        state: SessionState,
        reason: String? = nil,
        createdAt: Date,
        readyAt: Date? = nil,
        endedAt: Date? = nil,
        exitStatus: Int? = nil,
        clientAddress: String? = nil,
        bytesIn: Int? = nil,
        bytesOut: Int? = nil,
        recording: RecordingProgress? = nil
    ) {
        self.id = id
        self.envoyID = envoyID
        self.hostname = hostname
        self.protocolName = protocolName
        self.port = port
        self.user = user
        self.login = login
        self.state = state
        self.reason = reason
        self.createdAt = createdAt
        self.readyAt = readyAt
        self.endedAt = endedAt
        self.exitStatus = exitStatus
        self.clientAddress = clientAddress
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.recording = recording
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case envoyID = "envoy_id"
        case hostname
        case protocolName = "protocol"
        case port
        case user
        case login
        case state
        case reason
        case createdAt = "created_at"
        case readyAt = "ready_at"
        case endedAt = "ended_at"
        case exitStatus = "exit_status"
        case clientAddress = "client_address"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
        case recording
    }
}
