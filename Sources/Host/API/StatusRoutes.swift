import Broker
import Foundation
import Hummingbird
import Store
import Wire

/// Whether the server is well.
struct StatusRoutes: Sendable {
    let store: Store
    let registry: AgentRegistry
    let sessions: SessionRegistry
    let catalog: PluginCatalog
    let settings: ServerConfiguration.Scrier
    let startedAt: Date
    let vault: VaultWatch

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/status", .signedIn, status),
            APIRoute(.get, "/healthz", .open, health),
        ]
    }

    /// Whether all works. What does not is nobody's business who has not signed in.
    @Sendable private func health(_ call: APICall) async throws -> Response {
        try .json(["status": vault.isWell ? "ok" : "degraded"])
    }

    @Sendable private func status(_ call: APICall) async throws -> Response {
        let usable = await catalog.list.filter { $0.descriptor != nil }
        return try .json(
            ServerStatus(
                version: Release.version,
                startedAt: startedAt,
                envoysActive: try await store.envoys(status: .active).count,
                envoysConnected: registry.connected.count,
                sessionsOpen: sessions.count,
                maxSessions: settings.maxSessions,
                plugins: usable.count,
                confinement: settings.confinement.rawValue,
                auditRecords: try await store.auditHead().sequence,
                vault: vault.summary
            )
        )
    }
}
