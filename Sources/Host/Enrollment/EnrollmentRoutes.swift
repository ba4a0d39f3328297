import Foundation
import Trust
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

    private var records: any EnvoyRecords { enrollment.records }

    /// By UUID, or by hostname: then the active one, else the newest.
    package func find(_ name: String) async throws -> Envoy {
        if let id = UUID(uuidString: name) {
            guard let envoy = try await records.envoy(id) else { throw RouteRefusal.noEnvoy(name) }
            return envoy
        }
        if let active = try await records.activeEnvoy(hostname: name.lowercased()) { return active }
        let named = try await records.envoys().filter { $0.hostname == name.lowercased() }
        guard let newest = named.max(by: { $0.enrolledAt < $1.enrolledAt }) else { throw RouteRefusal.noEnvoy(name) }
        return newest
    }

    package func envoys(status: String?) async throws -> Items<EnvoySummary> {
        if let status, EnvoyStatus(rawValue: status) == nil {
            throw RouteRefusal(400, "invalid_status", "status is active, pending or revoked")
        }
        let envoys = try await records.envoys().filter { status == nil || $0.status.rawValue == status }
        return Items(envoys.sorted { ($0.hostname, $0.enrolledAt) < ($1.hostname, $1.enrolledAt) }.map(summary))
    }

    package func envoy(_ name: String) async throws -> EnvoySummary {
        summary(try await find(name))
    }

    package func revoke(_ name: String, actor: String) async throws -> EnvoySummary {
        let envoy = try await find(name)
        guard try await enrollment.revoke(envoy.id, by: actor) else {
            throw RouteRefusal(409, "already_revoked", "\(envoy.hostname) is revoked already")
        }
        return try await self.envoy(envoy.id.lowercased)
    }

    package func approve(_ name: String, actor: String) async throws -> EnvoySummary {
        var envoy = try await find(name)
        // The name belongs to the active one; who approves by name means the one that waits.
        if envoy.status != .pending, UUID(uuidString: name) == nil {
            let waiting = try await records.envoys().filter { $0.status == .pending && $0.hostname == envoy.hostname }
            guard waiting.count <= 1 else {
                throw RouteRefusal(
                    409,
                    "ambiguous",
                    "several registrations of \(envoy.hostname) wait; approve one by its id"
                )
            }
            envoy = waiting.first ?? envoy
        }
        guard try await enrollment.approve(envoy.id, by: actor) else {
            throw RouteRefusal(409, "not_pending", "\(envoy.hostname) does not wait for approval")
        }
        return try await self.envoy(envoy.id.lowercased)
    }

    package func delete(_ name: String, actor: String) async throws {
        let envoy = try await find(name)
        guard try await enrollment.delete(envoy.id, by: actor) else { throw RouteRefusal.noEnvoy(name) }
    }

    private func summary(_ envoy: Envoy) -> EnvoySummary {
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
            identityFingerprint: IdentityFingerprint.text(envoy.identityKey)
        )
    }
}
