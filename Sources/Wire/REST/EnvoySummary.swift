#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

package enum EnvoyStatus: String, Codable, Sendable, CaseIterable {
    case active
    case pending
    case revoked
}

/// An envoy as the listing shows it.
package struct EnvoySummary: Codable, Sendable, Equatable {
    package var id: UUID
    package var hostname: String
    package var address: String?
    package var os: String?
    package var arch: String?
    package var agentVersion: String?
    package var enrolledAt: Date
    package var lastSeen: Date?
    package var status: EnvoyStatus
    /// Whether its AgentStream is open now.
    package var connected: Bool
    package var certificateNotAfter: Date?
    package var identityFingerprint: String?

    package init(
        id: UUID,
        hostname: String,
        address: String? = nil,
        os: String? = nil,
        arch: String? = nil,
        agentVersion: String? = nil,
        enrolledAt: Date,
        lastSeen: Date? = nil,
        status: EnvoyStatus,
        connected: Bool,
        certificateNotAfter: Date? = nil,
        identityFingerprint: String? = nil
    ) {
        self.id = id
        self.hostname = hostname
        self.address = address
        self.os = os
        self.arch = arch
        self.agentVersion = agentVersion
        self.enrolledAt = enrolledAt
        self.lastSeen = lastSeen
        self.status = status
        self.connected = connected
        self.certificateNotAfter = certificateNotAfter
        self.identityFingerprint = identityFingerprint
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case hostname
        case address
        case os
        case arch
        case agentVersion = "agent_version"
        case enrolledAt = "enrolled_at"
        case lastSeen = "last_seen"
        case status
        case connected
        case certificateNotAfter = "certificate_not_after"
        case identityFingerprint = "identity_fingerprint"
    }
}
