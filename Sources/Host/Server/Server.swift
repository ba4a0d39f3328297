import Broker
import Foundation
import Hummingbird
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Store
import Wire

/// vigosrv, put together: what listens, what it stores, and in which order it all begins and ends.
package final class Server: Sendable {
    package let publicURL: String
    package let agentAddress: String
    package let listen: ListenAddress
    package let agentListen: ListenAddress
    /// Nobody has an account yet.
    package let isFresh: Bool

    private let lock: DataDirectoryLock
    private let store: Store
    private let launcher: Launcher
    private let sessions: SessionRegistry
    private let agents: AgentListener
    private let listeners: [APIListener]
    /// What is looked after now and then.
    private let chores: Task<Void, Never>
    private let vault: SecretsWorker?
    private let keeping: Task<Void, Never>
    private let refusals: AuditedRefusals
    private let logger: Logger

    package static func start(_ beginnings: Beginnings, logger: Logger) async throws -> Server {
        let directory = DataDirectory(path: beginnings.configuration.server.dataDirectory)
        let lock = try directory.lock()
        let store = try Store(path: directory.database)
        let stale = try await store.closeStaleSessions(reason: "the server ended without notice")
        if stale > 0 { logger.warning("sessions were left open by the last run", metadata: ["count": "\(stale)"]) }
        return try await Server(beginnings, directory, lock, store, logger)
    }

    private init(
        _ beginnings: Beginnings,
        _ directory: DataDirectory,
        _ lock: DataDirectoryLock,
        _ store: Store,
        _ logger: Logger
    ) async throws {
        let configuration = beginnings.configuration
        let addresses = try ServerAddresses(configuration.server)
        let keys = try ServerKeys(
            directory: directory.tls,
            configured: beginnings.tls,
            names: addresses.names,
            now: Date()
        )
        self.lock = lock
        self.store = store
        self.logger = logger
        launcher = beginnings.launcher
        publicURL = addresses.publicURL.description
        agentAddress = addresses.agentAddress
        listen = addresses.listen
        agentListen = addresses.agentListen
        isFresh = try await store.users().isEmpty

        let registry = AgentRegistry()
        let tunnels = Tunnels(registry: registry)
        let broker = Self.broker(configuration.scrier, beginnings.files, beginnings.launcher, logger)
        await broker.catalog.scan()
        let credentials = CredentialWatch()
        let recordings = Recordings(
            directory: directory.recordings,
            settings: configuration.scrier.recording,
            store: store,
            index: Self.screenIndex(directory.screens, logger),
            logger: logger
        )
        keeping = try await RecordingKeeper(recordings, logger: logger).start()
        let sessions = Self.sessions(
            configuration.scrier,
            store,
            registry,
            tunnels,
            broker,
            credentials,
            recordings,
            logger
        )
        self.sessions = sessions
        let refusals = AuditedRefusals(store: store)
        self.refusals = refusals
        vault = await Self.vault(configuration, broker, logger)
        let provider: any SecretsVault = vault ?? Self.noVault(configuration)
        let secrets = try await ServerSecrets(provider, configuration, store, refusals, logger)
        let logins = Logins(
            settings: configuration.web,
            store: store,
            passwords: secrets.passwords,
            epoch: secrets.epoch,
            credentials: credentials,
            logger: logger
        )
        let binaries = Self.binaries(beginnings.files)
        let updates = AgentUpdates(binaries: binaries, registry: registry)
        agents = try Self.agentListener(
            configuration,
            addresses,
            keys,
            store,
            registry,
            tunnels,
            sessions,
            secrets.resolution,
            updates,
            logger
        )
        let web = WebSignIn(
            passwords: secrets.passwords,
            logins: logins,
            csrf: CSRFGuard(origin: SameOrigin(publicURL: publicURL))
        )
        let authenticator = Authenticator(store: store, web: web, ownUID: beginnings.ownUID)
        let clientAddress = ClientAddress(trustedProxies: configuration.server.trustedProxies)
        let tickets = WebSocketTickets()
        let challenges = KeyChallenges()
        let enrollment = Self.enrollment(
            configuration,
            addresses,
            keys,
            store,
            registry,
            refusals,
            binaries,
            logger
        )
        let search = Self.recordingSearch(store, recordings)
        let routes = ServerRoutes(
            configuration: configuration,
            store: store,
            registry: registry,
            catalog: broker.catalog,
            sessions: sessions,
            recordings: recordings,
            search: search,
            credentials: credentials,
            authenticator: authenticator,
            tickets: tickets,
            challenges: challenges,
            refusals: refusals,
            web: web,
            vault: provider,
            vaultWatch: secrets.watch,
            epoch: secrets.epoch,
            enrollment: enrollment,
            updates: updates,
            logger: logger
        ).all
        let router = APIRouter(
            routes: routes,
            authenticator: authenticator,
            clientAddress: clientAddress,
            refusals: refusals,
            logger: logger
        )
        let gate = SessionSocketRoute(
            authenticator: authenticator,
            clientAddress: clientAddress,
            sessions: sessions,
            tickets: tickets,
            credentials: credentials,
            refusals: refusals,
            store: store
        ).gate

        let webRouter = router.makeRouter()
        let console = WebSources(
            store: store,
            enrollment: enrollment,
            sessions: sessions,
            registry: registry,
            catalog: broker.catalog,
            logins: logins,
            recordings: search,
            isRecording: configuration.scrier.recording.isEnabled,
            publicURL: publicURL,
            maxSessions: configuration.scrier.maxSessions,
            attachGrace: configuration.scrier.attachGrace
        )
        if let files = beginnings.web {
            try WebConsole(
                look: WebLook(files, headers: WebHeaders(isStrictTransport: !keys.isWebOwn)),
                pages: console.pages,
                visitors: KnownVisitors(authenticator: authenticator, csrf: web.csrf),
                clientAddress: clientAddress,
                refusals: refusals,
                logger: logger
            ).mount(on: webRouter)
        } else {
            logger.warning("the web console is not installed", metadata: ["expected": "\(beginnings.files.web)"])
        }

        try await Self.start(agents, at: addresses.agentListen)
        let https = try await APIListener.start(
            .hostname(addresses.listen.host, port: addresses.listen.port),
            named: "\(addresses.listen)",
            tls: try Self.webTLS(keys),
            router: webRouter,
            gate: gate,
            limits: Self.limits(configuration.server),
            logger: logger
        )
        let admin = try await APIListener.start(
            .unixDomainSocket(path: beginnings.adminSocket),
            named: beginnings.adminSocket,
            tls: nil,
            router: router.makeRouter(),
            gate: gate,
            limits: nil,
            logger: logger
        )
        chmod(beginnings.adminSocket, 0o600)
        listeners = [https, admin]
        chores = Self.chores(vault, secrets, logins)
        try await store.append([
            AuditEvent(.serverStarted, actor: "vigosrv", subject: Release.version, details: ["address": "\(listen)"])
        ])
        logger.notice(
            "listening",
            metadata: [
                "web": "\(listen)", "agents": "\(agentListen)", "admin": "\(beginnings.adminSocket)",
                "version": "\(Release.version)",
            ]
        )
    }

    /// Ends what goes on, with a reason, and returns when it has been written down: within seconds, whatever hangs.
    package func stop(_ why: String) async {
        logger.notice("stopping", metadata: ["why": "\(why)", "sessions": "\(sessions.count)"])
        keeping.cancel()
        await sessions.stop()
        for listener in listeners { await listener.stop() }
        chores.cancel()
        await chores.value
        // A plugin that hangs while it starts is ended with the launcher.
        if let vault {
            _ = await Deadline.run(.seconds(8), sleep: { try await Task.sleep(for: $0) }) { await vault.stop() }
        }
        await agents.stop()
        launcher.stop()
        do {
            try await refusals.flush()
            try await store.append([
                AuditEvent(.serverStopped, actor: "vigosrv", subject: Release.version, details: ["why": why])
            ])
            try store.close()
        } catch {
            logger.error("the stop could not be recorded", metadata: ["error": "\(error)"])
        }
        logger.notice("stopped")
    }

    private static func start(_ agents: AgentListener, at address: ListenAddress) async throws {
        do { try await agents.start() } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw StartError("\(address) is in use by another program (server.agent_listen)")
        } catch {
            throw StartError("cannot listen for agents on \(address): \(error)")
        }
    }
}
