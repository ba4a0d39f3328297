package import Foundation
import NIOPosix
package import Trust

/// What administrators do. `actor` is who they are, for the audit log.
extension Enrollment {
    /// Revokes the envoy: refused from now on everywhere, and everything it has open is closed. False when there is nothing to revoke.
    package func revoke(_ id: UUID, by actor: String) async throws -> Bool {
        guard try await records.revoke(id, AuditNote("envoy.revoked", subject: id.lowercased, by: actor)) else {
            return false
        }
        registry.disconnect(id)
        return true
    }

    /// Lets a waiting envoy in; the one whose place it takes is revoked.
    package func approve(_ id: UUID, by actor: String) async throws -> Bool {
        guard let envoy = try await records.envoy(id), envoy.status == .pending else { return false }
        let replaced = try await records.activeEnvoy(hostname: envoy.hostname)?.id
        var notes = [AuditNote("envoy.approved", subject: id.lowercased, by: actor, ["hostname": envoy.hostname])]
        if let replaced { notes += EnrollmentNotes.takeover(of: replaced, by: envoy, actor: actor) }
        guard try await records.approve(id, revoking: replaced, notes) else { return false }
        if let replaced { registry.disconnect(replaced) }
        return true
    }

    /// Forgets the envoy; what it has open is closed.
    package func delete(_ id: UUID, by actor: String) async throws -> Bool {
        guard let envoy = try await records.envoy(id) else { return false }
        let note = AuditNote("envoy.deleted", subject: id.lowercased, by: actor, ["hostname": envoy.hostname])
        guard try await records.delete(id, note) else { return false }
        registry.disconnect(id)
        return true
    }

    /// A new one-time token. The text is shown once and kept nowhere.
    package func generateToken(
        for pattern: HostnamePattern,
        validity: Duration,
        by actor: String
    ) async throws -> (text: String, token: EnrollmentToken) {
        let random = RandomToken.make(.enrollment)
        let now = settings.now()
        let token = EnrollmentToken(
            id: random.id,
            hash: try await NIOThreadPool.singleton.runIfActive { try TokenHash.bcrypt(random.secret) },
            pattern: pattern,
            createdAt: now,
            expiresAt: now.addingTimeInterval(Double(validity.components.seconds))
        )
        try await records.add(
            token,
            AuditNote("token.created", subject: token.id, by: actor, ["pattern": pattern.text])
        )
        return (random.text, token)
    }

    package func revokeToken(_ id: String, by actor: String) async throws -> Bool {
        try await records.deleteEnrollmentToken(id, AuditNote("token.revoked", subject: id, by: actor))
    }

    package func approvePattern(_ pattern: HostnamePattern, by actor: String) async throws -> ApprovedPattern {
        let approved = ApprovedPattern(pattern: pattern, createdAt: settings.now())
        try await records.add(approved, AuditNote("approved.added", subject: pattern.text, by: actor))
        return approved
    }

    package func removeApprovedPattern(_ pattern: String, by actor: String) async throws -> Bool {
        try await records.deleteApprovedPattern(pattern, AuditNote("approved.removed", subject: pattern, by: actor))
    }
}
