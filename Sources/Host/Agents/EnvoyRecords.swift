package import Foundation
package import Trust

/// What the envoys' half of the server reads and writes, each change with its audit note in one transaction.
package protocol EnvoyRecords: Sendable {
    func envoys() async throws -> [Envoy]
    func envoy(_ id: UUID) async throws -> Envoy?
    /// The newest that enrolled with this key.
    func envoy(identityKey: [UInt8]) async throws -> Envoy?
    func activeEnvoy(hostname: String) async throws -> Envoy?

    /// Notes a check-in; false when `time` is not later than the last one's, and nothing was written.
    func checkedIn(_ id: UUID, time: UInt64, as facts: CheckInFacts, at now: Date) async throws -> Bool
    func renewedCertificate(of id: UUID, serial: String, notAfter: Date, _ note: AuditNote) async throws

    /// Adds an envoy, uses up its token and revokes the envoy it replaces: all or nothing. False when another used the
    /// token in the meantime.
    func enroll(_ envoy: Envoy, token: String?, revoking replaced: UUID?, _ notes: [AuditNote], at now: Date)
        async throws -> Bool
    /// Makes a pending envoy active and revokes the one it replaces. False when it is not pending.
    func approve(_ id: UUID, revoking replaced: UUID?, _ notes: [AuditNote]) async throws -> Bool
    /// False when there is no such envoy or it is revoked already.
    func revoke(_ id: UUID, _ note: AuditNote) async throws -> Bool
    func delete(_ id: UUID, _ note: AuditNote) async throws -> Bool

    func enrollmentTokens() async throws -> [EnrollmentToken]
    func enrollmentToken(_ id: String) async throws -> EnrollmentToken?
    func add(_ token: EnrollmentToken, _ note: AuditNote) async throws
    func deleteEnrollmentToken(_ id: String, _ note: AuditNote) async throws -> Bool

    func approvedPatterns() async throws -> [ApprovedPattern]
    func add(_ pattern: ApprovedPattern, _ note: AuditNote) async throws
    func deleteApprovedPattern(_ pattern: String, _ note: AuditNote) async throws -> Bool

    func note(_ note: AuditNote) async throws
    /// The newest record of the audit log.
    func auditHead() async throws -> (sequence: UInt64, hash: [UInt8])
}

/// What an envoy says of itself when it checks in.
package struct CheckInFacts: Sendable, Equatable {
    package let hostname: String
    package let address: String
    package let os: String
    package let arch: String
    package let agentVersion: String
}

/// One thing that happened, for the audit log.
package struct AuditNote: Sendable, Equatable {
    package let actor: String
    package let action: String
    package let subject: String
    package let details: [String: String]

    package init(_ action: String, subject: String, by actor: String, _ details: [String: String] = [:]) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.details = details
    }
}

/// A one-time token for hostnames that match; only its hash is kept.
package struct EnrollmentToken: Sendable, Equatable {
    package let id: String
    package let hash: String
    package let pattern: HostnamePattern
    package let createdAt: Date
    package let expiresAt: Date
    package var usedAt: Date?
    package var usedBy: UUID?
}

/// Hostnames that may enroll without a token.
package struct ApprovedPattern: Sendable, Equatable {
    package let pattern: HostnamePattern
    package let createdAt: Date
}
