package import Foundation
package import GRDB

/// A session, from asked for to ended.
package struct ScrierSessionRecord: Codable, Sendable, Equatable {
    package var id: UUID
    package var envoy: UUID
    package var hostname: String
    package var protocolName: String
    package var port: Int
    /// The operator.
    package var user: String
    /// The user on the envoy.
    package var login: String?
    package var state: State
    /// Why it ended.
    package var reason: String?
    package var createdAt: Date
    package var readyAt: Date?
    package var endedAt: Date?
    package var exitStatus: Int?
    package var clientAddress: String?
    package var bytesIn: Int
    package var bytesOut: Int
    /// Where the file lies below the recordings' directory.
    package var recording: String?
    package var recordingSHA256: String?
    /// Nil: none was wanted.
    package var recordingState: RecordingState?
    package var recordingBytes: Int?
    package var recordingSeconds: Double?

    package init(
        id: UUID,
        envoy: UUID,
        hostname: String,
        protocolName: String,
        port: Int,
        user: String,
        login: String? = nil,
        state: State,
        reason: String? = nil,
        createdAt: Date,
        readyAt: Date? = nil,
        endedAt: Date? = nil,
        exitStatus: Int? = nil,
        clientAddress: String? = nil,
        bytesIn: Int = 0,
        bytesOut: Int = 0,
        recording: String? = nil,
        recordingSHA256: String? = nil,
        recordingState: RecordingState? = nil,
        recordingBytes: Int? = nil,
        recordingSeconds: Double? = nil
    ) {
        self.id = id
        self.envoy = envoy
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
        self.recordingSHA256 = recordingSHA256
        self.recordingState = recordingState
        self.recordingBytes = recordingBytes
        self.recordingSeconds = recordingSeconds
    }

    enum CodingKeys: String, CodingKey {
        case id
        case envoy
        case hostname
        case protocolName = "protocol"
        case port
        case user
        case login
        case state
        case reason
        case createdAt
        case readyAt
        case endedAt
        case exitStatus
        case clientAddress
        case bytesIn
        case bytesOut
        case recording
        case recordingSHA256
        case recordingState
        case recordingBytes
        case recordingSeconds
    }

    package enum State: String, Codable, Sendable, CaseIterable {
        case waiting
        case connecting
        case ready
        case closed
        case failed

        package var isOver: Bool { self == .closed || self == .failed }

        /// waiting → connecting → ready → closed, and failed from each that is not over.
        package func mayBecome(_ next: State) -> Bool {
            switch (self, next) {
            case (.waiting, .connecting), (.connecting, .ready): true
            case (.waiting, .closed), (.connecting, .closed), (.ready, .closed): true
            case (.waiting, .failed), (.connecting, .failed), (.ready, .failed): true
            default: false
            }
        }
    }
}

extension ScrierSessionRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "scrier_sessions"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
