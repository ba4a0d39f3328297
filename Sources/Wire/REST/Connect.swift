#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Asks for a session: `POST /api/v1/scrier/connect`.
package struct ConnectRequest: Codable, Sendable, Equatable {
    /// A UUID or a hostname.
    package var envoyID: String
    /// The id of a plugin.
    package var protocolName: String
    /// The plugin's own where absent.
    package var port: Int?
    package var sshPublicKey: String?
    /// Where the operator's ssh-agent holds the key.
    package var keyProof: KeyProof?
    /// Chooses among the users whose authorized_keys hold the key.
    package var login: String?
    package var parameters: [String: String]?
    package var columns: Int?
    package var rows: Int?
    /// The break-glass way: this session is not recorded although all are.
    package var withoutRecording: Bool?
    /// Why; goes to the audit log.
    package var reason: String?

    package init(
        envoyID: String,
        protocolName: String,
        port: Int? = nil,
        sshPublicKey: String? = nil,
        keyProof: KeyProof? = nil,
        login: String? = nil,
        parameters: [String: String]? = nil,
        columns: Int? = nil,
        rows: Int? = nil,
        withoutRecording: Bool? = nil,
        reason: String? = nil
    ) {
        self.envoyID = envoyID
        self.protocolName = protocolName
        self.port = port
        self.sshPublicKey = sshPublicKey
        self.keyProof = keyProof
        self.login = login
        self.parameters = parameters
        self.columns = columns
        self.rows = rows
        self.withoutRecording = withoutRecording
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case envoyID = "envoy_id"
        case protocolName = "protocol"
        case port
        case sshPublicKey = "ssh_public_key"
        case keyProof = "key_proof"
        case login
        case parameters
        case columns
        case rows
        case withoutRecording = "without_recording"
        case reason
    }
}

/// 202: the session exists and can be attached to.
package struct ConnectResponse: Codable, Sendable, Equatable {
    package var sessionID: UUID
    package var state: SessionState
    /// Path of the WebSocket.
    package var websocket: String
    /// Whether what the operator sees is recorded.
    package var recorded: Bool?

    package init(sessionID: UUID, state: SessionState, websocket: String, recorded: Bool? = nil) {
        self.sessionID = sessionID
        self.state = state
        self.websocket = websocket
        self.recorded = recorded
    }

    private enum CodingKeys: String, CodingKey {
        case sessionID = "session_id"
        case state
        case websocket
        case recorded
    }
}

/// `POST /api/v1/scrier/sessions/{id}/watch`.
package struct SessionWatching: Codable, Sendable, Equatable {
    /// Path of the WebSocket.
    package var websocket: String

    package init(websocket: String) { self.websocket = websocket }
}

/// `POST /api/v1/scrier/sessions/{id}/ticket`: opens one WebSocket, within 30 seconds.
package struct SocketTicket: Codable, Sendable, Equatable {
    package var ticket: String

    package init(ticket: String) {
        self.ticket = ticket
    }
}
