#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `GET /api/v1/status`.
package struct ServerStatus: Codable, Sendable, Equatable {
    package var version: String
    package var startedAt: Date
    package var envoysActive: Int
    package var envoysConnected: Int
    package var sessionsOpen: Int
    package var maxSessions: Int
    package var plugins: Int
    /// What the kernel grants to workers, in words.
    package var confinement: String
    package var auditRecords: Int?
    package var vault: VaultSummary?

    package init(
        version: String,
        startedAt: Date,
        envoysActive: Int,
        envoysConnected: Int,
        sessionsOpen: Int,
        maxSessions: Int,
        plugins: Int,
        confinement: String,
        auditRecords: Int? = nil,
        vault: VaultSummary? = nil
    ) {
        self.version = version
        self.startedAt = startedAt
        self.envoysActive = envoysActive
        self.envoysConnected = envoysConnected
        self.sessionsOpen = sessionsOpen
        self.maxSessions = maxSessions
        self.plugins = plugins
        self.confinement = confinement
        self.auditRecords = auditRecords
        self.vault = vault
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case startedAt = "started_at"
        case envoysActive = "envoys_active"
        case envoysConnected = "envoys_connected"
        case sessionsOpen = "sessions_open"
        case maxSessions = "max_sessions"
        case plugins
        case confinement
        case auditRecords = "audit_records"
        case vault
    }
}

/// How the vault is.
package struct VaultSummary: Codable, Sendable, Equatable {
    /// The plugin's id, or `none`.
    package var backend: String
    /// `open`, `sealed` or `unavailable`.
    package var state: String
    /// One sentence where it is not open.
    package var explanation: String?
    /// Of all secrets: agents that see another one ask again.
    package var epoch: UInt64

    package init(backend: String, state: String, explanation: String?, epoch: UInt64) {
        self.backend = backend
        self.state = state
        self.explanation = explanation
        self.epoch = epoch
    }
}
