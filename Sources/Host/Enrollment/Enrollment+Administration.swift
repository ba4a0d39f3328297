package import Foundation
import NIOPosix
package import Store
package import Trust

/// What administrators do. `actor` is who they are, for the audit log. What cannot be done is a StoreError with a sentence.
extension Enrollment {
    /// Revokes the envoy: refused from now on everywhere, and everything it has open is closed.
    package func revoke(_ id: UUID, by actor: String) async throws {
        try await store.revokeEnvoy(id, audit: [AuditEvent(.envoyRevoked, actor: actor, subject: id.lowercased)])
        registry.disconnect(id)
    }

    /// Lets a waiting envoy in; the one whose place it takes is revoked.
    package func approve(_ envoy: EnvoyRecord, by actor: String) async throws {
        let replaced = try await store.envoy(hostname: envoy.hostname)?.id
        let details = ["hostname": envoy.hostname]
        var audit = [AuditEvent(.envoyApproved, actor: actor, subject: envoy.id.lowercased, details: details)]
        if let replaced { audit += EnrollmentAudit.takeover(of: replaced, by: envoy, actor: actor) }
        try await store.approveEnvoy(envoy.id, replacing: replaced, audit: audit)
        if let replaced { registry.disconnect(replaced) }
    }

    /// Forgets the envoy; what it has open is closed.
    package func delete(_ envoy: EnvoyRecord, by actor: String) async throws {
        let details = ["hostname": envoy.hostname]
        let event = AuditEvent(.envoyDeleted, actor: actor, subject: envoy.id.lowercased, details: details)
        try await store.deleteEnvoy(envoy.id, audit: [event])
        registry.disconnect(envoy.id)
    }

    /// A new one-time token. The text is shown once and kept nowhere.
    package func generateToken(
        for pattern: HostnamePattern,
        validity: Duration,
        by actor: String
    ) async throws -> (text: String, token: EnrollmentTokenRecord) {
        let random = RandomToken.make(.enrollment)
        let now = settings.now()
        let token = EnrollmentTokenRecord(
            id: random.id,
            hash: try await NIOThreadPool.singleton.runIfActive { try TokenHash.bcrypt(random.secret) },
            pattern: pattern.text,
            createdAt: now,
            createdBy: actor,
            expiresAt: now.addingTimeInterval(Double(validity.components.seconds))
        )
        let event = AuditEvent(.tokenCreated, actor: actor, subject: token.id, details: ["pattern": pattern.text])
        try await store.createEnrollmentToken(token, audit: [event])
        return (random.text, token)
    }

    package func revokeToken(_ id: String, by actor: String) async throws {
        let event = AuditEvent(.tokenRevoked, actor: actor, subject: id)
        try await store.revokeEnrollmentToken(id, at: settings.now(), audit: [event])
    }

    package func approvePattern(_ pattern: HostnamePattern, by actor: String) async throws -> ApprovedPatternRecord {
        let approved = ApprovedPatternRecord(pattern: pattern.text, createdAt: settings.now(), createdBy: actor)
        let event = AuditEvent(.approvedAdded, actor: actor, subject: pattern.text)
        try await store.addApprovedPattern(approved, audit: [event])
        return approved
    }

    package func removeApprovedPattern(_ pattern: String, by actor: String) async throws {
        let event = AuditEvent(.approvedRemoved, actor: actor, subject: pattern)
        try await store.removeApprovedPattern(pattern, audit: [event])
    }
}
