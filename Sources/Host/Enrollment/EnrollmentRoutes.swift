import Foundation
package import Store
package import Wire

/// The REST API's envoys, tokens and approved patterns, as functions over what goes over the wire. `actor` is the caller's name for the audit log;
/// who may call is checked by whoever mounts them.
package struct EnrollmentRoutes: Sendable {
    let enrollment: Enrollment
    let binaries: AgentBinaries
    let script: BootstrapScript

    package init(enrollment: Enrollment, binaries: AgentBinaries, script: BootstrapScript) {
        self.enrollment = enrollment
        self.binaries = binaries
        self.script = script
    }

    private var store: Store { enrollment.store }

    /// By UUID, or by hostname: then the active one, else the newest.
    package func find(_ name: String) async throws -> EnvoyRecord {
        if let id = UUID(uuidString: name) {
            guard let envoy = try await store.envoy(id) else { throw RouteRefusal.noEnvoy(name) }
            return envoy
        }
        let hostname = name.lowercased()
        if let active = try await store.envoy(hostname: hostname) { return active }
        let named = try await store.envoys().filter { $0.hostname == hostname }
        guard let newest = named.max(by: { $0.enrolledAt < $1.enrolledAt }) else { throw RouteRefusal.noEnvoy(name) }
        return newest
    }

    package func envoys(status: String?) async throws -> Items<EnvoySummary> {
        let wanted = status.map(EnvoyRecord.Status.init(rawValue:))
        if case .some(nil) = wanted {
            throw RouteRefusal(400, "invalid_status", "status is active, pending or revoked")
        }
        return Items(try await store.envoys(status: wanted ?? nil).map(summary))
    }

    package func envoy(_ name: String) async throws -> EnvoySummary {
        summary(try await find(name))
    }

    package func revoke(_ name: String, actor: String) async throws -> EnvoySummary {
        let envoy = try await find(name)
        guard envoy.status != .revoked else {
            throw RouteRefusal(409, "already_revoked", "\(envoy.hostname) is revoked already")
        }
        try await enrollment.revoke(envoy.id, by: actor)
        return try await self.envoy(envoy.id.lowercased)
    }

    package func approve(_ name: String, actor: String) async throws -> EnvoySummary {
        var envoy = try await find(name)
        // The name belongs to the active one; who approves by name means the one that waits.
        if envoy.status != .pending, UUID(uuidString: name) == nil {
            let waiting = try await store.envoys(status: .pending).filter { $0.hostname == envoy.hostname }
            guard waiting.count <= 1 else {
                throw RouteRefusal(
                    409,
                    "ambiguous",
                    "several registrations of \(envoy.hostname) wait; approve one by its id"
                )
            }
            envoy = waiting.first ?? envoy
        }
        guard envoy.status == .pending else {
            throw RouteRefusal(409, "not_pending", "\(envoy.hostname) does not wait for approval")
        }
        try await enrollment.approve(envoy, by: actor)
        return try await self.envoy(envoy.id.lowercased)
    }

    package func delete(_ name: String, actor: String) async throws {
        try await enrollment.delete(try await find(name), by: actor)
    }

    private func summary(_ envoy: EnvoyRecord) -> EnvoySummary {
        EnvoySummary(
            id: envoy.id,
            hostname: envoy.hostname,
            address: envoy.address,
            os: envoy.os,
            arch: envoy.arch,
            agentVersion: envoy.agentVersion,
            enrolledAt: envoy.enrolledAt,
            lastSeen: envoy.lastSeen,
            status: EnvoyStatus(rawValue: envoy.status.rawValue) ?? .revoked,
            connected: enrollment.registry.isConnected(envoy.id),
            certificateNotAfter: envoy.certificateNotAfter,
            identityFingerprint: IdentityFingerprint.text(Array(envoy.identityKey))
        )
    }
}
