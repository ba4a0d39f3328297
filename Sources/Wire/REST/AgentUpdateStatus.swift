#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `POST /api/v1/envoys/{envoy}/rebootstrap`.
package struct RebootstrapRequest: Codable, Sendable, Equatable {
    /// End the envoy's open sessions; without it, an envoy with any is left alone.
    package var endSessions: Bool?

    package init(endSessions: Bool? = nil) { self.endSessions = endSessions }

    private enum CodingKeys: String, CodingKey {
        case endSessions = "end_sessions"
    }
}

/// How far an envoy's update has come: the answer to a rebootstrap, and `GET /api/v1/envoys/{envoy}/update`.
package struct AgentUpdateStatus: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        /// The agent has been asked.
        case offered
        /// It runs that version already.
        case skipped
        case downloading
        /// In its place; the agent starts it, and has to check in.
        case installed
        case completed
        case refused
        /// The new agent could not check in, and the old one is back.
        case rolledBack = "rolled_back"

        package var isOver: Bool {
            switch self {
            case .offered, .downloading, .installed: false
            case .skipped, .completed, .refused, .rolledBack: true
            }
        }
    }

    package var envoyID: UUID
    package var hostname: String
    package var state: State
    package var version: String
    package var reason: String?
    package var changedAt: Date

    package init(
        envoyID: UUID,
        hostname: String,
        state: State,
        version: String,
        reason: String? = nil,
        changedAt: Date
    ) {
        self.envoyID = envoyID
        self.hostname = hostname
        self.state = state
        self.version = version
        self.reason = reason
        self.changedAt = changedAt
    }

    private enum CodingKeys: String, CodingKey {
        case envoyID = "envoy_id"
        case hostname
        case state
        case version
        case reason
        case changedAt = "changed_at"
    }
}
