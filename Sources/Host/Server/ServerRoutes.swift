import Broker
import Foundation
import Logging
import Store

/// All that the REST API answers, put together.
struct ServerRoutes {
    let configuration: ServerConfiguration
    let store: Store
    let registry: AgentRegistry
    let catalog: PluginCatalog
    let sessions: SessionRegistry
    let recordings: Recordings
    let search: RecordingSearch
    let credentials: CredentialWatch
    let authenticator: Authenticator
    let tickets: WebSocketTickets
    let challenges: KeyChallenges
    let refusals: AuditedRefusals
    let web: WebSignIn
    let vault: any SecretsVault
    let vaultWatch: VaultWatch
    let epoch: SecretsEpoch
    let enrollment: EnrollmentRoutes
    let updates: AgentUpdates
    let logger: Logger

    /// Room by room: as a single sum the compiler needs long for its types.
    var all: [APIRoute] { [session, people, vaultRoutes, envoys, records].flatMap(\.self) }

    /// Who may open which session.
    var admission: SessionAdmission {
        let scrier = configuration.scrier
        return SessionAdmission(
            store: store,
            catalog: catalog,
            registry: registry,
            settings: scrier,
            possession: KeyPossession(challenges: challenges, isRequired: scrier.requireKeyProof),
            recordings: scrier.recording.isEnabled ? recordings : nil
        )
    }

    private var session: [APIRoute] {
        SessionRoutes(
            store: store,
            admission: admission,
            sessions: sessions,
            tickets: tickets,
            challenges: challenges,
            refusals: refusals,
            authenticator: authenticator
        ).routes
    }

    private var people: [APIRoute] {
        UserRoutes(store: store, sessions: sessions, logins: web.logins, credentials: credentials).routes
            + APITokenRoutes(store: store, credentials: credentials).routes
            + LoginRoutes(web: web, settings: configuration.web).routes
    }

    private var vaultRoutes: [APIRoute] {
        SecretsRoutes(
            vault: vault,
            directory: configuration.secretsDirectory,
            audit: SecretsAudit(store: store, logger: logger),
            changed: epoch.grow(after:)
        ).routes
    }

    private var envoys: [APIRoute] {
        EnrollmentAPI(enrollment: enrollment, sessions: sessions).routes
            + UpdateRoutes(enrollment: enrollment, updates: updates, sessions: sessions, store: store).routes
    }

    private var records: [APIRoute] {
        let status = StatusRoutes(
            store: store,
            registry: registry,
            sessions: sessions,
            catalog: catalog,
            settings: configuration.scrier,
            startedAt: Date(),
            vault: vaultWatch
        )
        return PluginRoutes(catalog: catalog).routes + AuditRoutes(store: store).routes
            + search.recordings.routes + search.routes + status.routes
    }
}
