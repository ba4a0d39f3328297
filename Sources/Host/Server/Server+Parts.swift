import Broker
import Foundation
import Logging
import NIOCore
import NIOSSL
import Store
import Wire

/// How each part of the server is made from its configuration.
extension Server {
    static func broker(
        _ settings: ServerConfiguration.Scrier,
        _ files: InstalledFiles,
        _ launcher: Launcher,
        _ logger: Logger
    ) -> Broker {
        let catalog = PluginCatalog(
            directory: settings.pluginDirectory ?? files.plugins,
            workerPath: files.worker,
            checksums: settings.plugins.compactMapValues(\.sha256),
            logger: logger
        )
        var options = Broker.Options()
        options.isStrict = settings.confinement == .strict
        return Broker(launcher: launcher, catalog: catalog, options: options, logger: logger)
    }

    static func sessions(
        _ settings: ServerConfiguration.Scrier,
        _ store: Store,
        _ registry: AgentRegistry,
        _ tunnels: Tunnels,
        _ broker: Broker,
        _ credentials: CredentialWatch,
        _ recordings: Recordings,
        _ logger: Logger
    ) -> SessionRegistry {
        var timeouts = SessionTimeouts()
        timeouts.grace = .nanoseconds(settings.attachGrace.components.seconds * 1_000_000_000)
        let parts = SessionParts(
            tunnels: AgentTunnels(tunnels: tunnels, registry: registry),
            workers: BrokerWorkers(broker: broker),
            records: StoredSessions(store: store),
            logins: LoginLimiter(),
            timeouts: timeouts,
            credentials: credentials,
            logger: logger,
            recorder: recordings
        )
        return SessionRegistry(parts: parts, maxSessions: settings.maxSessions)
    }

    /// Without it sessions are recorded all the same.
    static func screenIndex(_ path: String, _ logger: Logger) -> ScreenIndex? {
        do { return try ScreenIndex(path: path) } catch {
            logger.error("recordings are not searchable", metadata: ["error": "\(error)"])
            return nil
        }
    }

    static func recordingSearch(_ store: Store, _ recordings: Recordings) -> RecordingSearch {
        let routes = RecordingRoutes(store: store, recordings: recordings, viewings: RecordingViewings(store: store))
        return RecordingSearch(store: store, index: recordings.index, recordings: routes)
    }

    static func agentListener(
        _ configuration: ServerConfiguration,
        _ addresses: ServerAddresses,
        _ keys: ServerKeys,
        _ store: Store,
        _ registry: AgentRegistry,
        _ tunnels: Tunnels,
        _ sessions: SessionRegistry,
        _ secrets: SecretsResolution,
        _ updates: AgentUpdates,
        _ logger: Logger
    ) throws -> AgentListener {
        var policy = AgentPolicy()
        policy.checkInInterval = configuration.checkIn.interval
        policy.certificateValidity = configuration.bootstrap.certificateValidity
        policy.allowedPorts = configuration.scrier.allowedPorts
        policy.serverVersion = Release.version
        policy.heldSessions = { sessions.sessions(of: $0) }
        policy.secrets = secrets
        let address = addresses.agentListen
        var listener = AgentListener.Configuration(
            address: try SocketAddress.makeAddressResolvingHost(address.host, port: address.port),
            certificateChain: keys.certificate,
            privateKey: keys.key,
            authority: keys.authority,
            identity: keys.identity,
            policy: policy
        )
        listener.updates = updates
        return AgentListener(listener, store: store, registry: registry, tunnels: tunnels, logger: logger)
    }

    /// The agents that new machines, and envoys with older ones, get from here.
    static func binaries(_ files: InstalledFiles) -> AgentBinaries {
        AgentBinaries(
            directory: files.agents,
            version: Release.version,
            fallback: files.builtAgent.map { (AgentPlatform.current, $0) }
        )
    }

    static func enrollment(
        _ configuration: ServerConfiguration,
        _ addresses: ServerAddresses,
        _ keys: ServerKeys,
        _ store: Store,
        _ registry: AgentRegistry,
        _ refusals: AuditedRefusals,
        _ binaries: AgentBinaries,
        _ logger: Logger
    ) -> EnrollmentRoutes {
        let settings = EnrollmentSettings(
            trusted: configuration.bootstrap.trustedEnrollment,
            certificateValidity: configuration.bootstrap.certificateValidity,
            checkInInterval: configuration.checkIn.interval,
            allowedPorts: configuration.scrier.allowedPorts,
            agentAddress: addresses.agentAddress,
            serverIdentityKey: keys.identity.publicKey
        )
        return EnrollmentRoutes(
            enrollment: Enrollment(
                store: store,
                authority: keys.authority,
                settings: settings,
                registry: registry,
                refusals: refusals,
                logger: logger
            ),
            binaries: binaries,
            script: BootstrapScript(
                publicURL: addresses.publicURL,
                authority: keys.isWebOwn ? keys.authority.certificatePEM : nil
            )
        )
    }

    /// Half of the descriptors at most: sessions and agents need theirs.
    static func limits(_ server: ServerConfiguration.Server) -> APILimits {
        let connections = ConnectionLimit(
            limit: min(server.maxConnections, OpenFiles.limit / 2),
            limitPerSource: server.maxConnectionsPerSource,
            exempt: server.trustedProxies
        )
        return APILimits(connections: connections)
    }

    /// HTTP/1.1 only: WebSockets and everything else go over it.
    static func webTLS(_ keys: ServerKeys) throws -> NIOSSLContext {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: keys.webCertificate.map { .certificate($0) },
            privateKey: .privateKey(keys.webKey)
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: tls)
    }
}
