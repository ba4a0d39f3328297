import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Logging
package import NIOCore
import NIOPosix
package import NIOSSL
package import Store
import Synchronization
package import Trust
import Wire

/// Port 1530: where agents come to, with the certificate that their enrollment gave them.
package final class AgentListener: Sendable {
    /// What the listener is made of. The certificate is the server's own, signed by `authority`.
    package struct Configuration: Sendable {
        package var address: NIOCore.SocketAddress
        package var certificateChain: [NIOSSLCertificate]
        package var privateKey: NIOSSLPrivateKey
        package var authority: CertificateAuthority
        /// Signs the answers to check-ins.
        package var identity: EnvoyIdentity
        package var policy: AgentPolicy
        /// Agents to hand out; none where nothing is given.
        package var updates: AgentUpdates?
        /// For the handshake, and again for a tunnel's hello.
        package var silenceLimit: TimeAmount = .seconds(5)
        package var unidentified = ConnectionLimit()

        package init(
            address: NIOCore.SocketAddress,
            certificateChain: [NIOSSLCertificate],
            privateKey: NIOSSLPrivateKey,
            authority: CertificateAuthority,
            identity: EnvoyIdentity,
            policy: AgentPolicy
        ) {
            self.address = address
            self.certificateChain = certificateChain
            self.privateKey = privateKey
            self.authority = authority
            self.identity = identity
            self.policy = policy
        }
    }

    private struct Running {
        let server: GRPCServer<HTTP2ServerTransport.Custom<AgentListenerFactory>>
        let task: Task<Void, any Error>
        let channel: any Channel
    }

    private let configuration: Configuration
    private let store: Store
    private let registry: AgentRegistry
    private let tunnels: Tunnels
    private let logger: Logger
    private let admission: EnvoyAdmission
    private let running = Mutex<Running?>(nil)

    package init(
        _ configuration: Configuration,
        store: Store,
        registry: AgentRegistry,
        tunnels: Tunnels,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.registry = registry
        self.tunnels = tunnels
        self.logger = logger
        let certificate = configuration.authority.certificate
        let now = configuration.policy.now
        let admission = EnvoyAdmission(
            verify: { try await EnvoyCertificate(verifying: $0, authority: certificate, now: now()) },
            standing: { CertificateStanding(of: $0.serial, in: try await store.envoy($0.envoyID)) },
            logger: logger
        )
        admission.onFirstUse { [connections = registry.connections] certificate in
            connections.closeCalls(of: certificate.envoyID, exceptBy: certificate.serial)
            do {
                try await store.certificateUsed(by: certificate.envoyID, serial: certificate.serial)
            } catch {
                // The next handshake tries again.
                logger.error("the use of a new certificate could not be noted", metadata: ["error": "\(error)"])
            }
        }
        self.admission = admission
        registry.onDisconnect { admission.close(to: $0) }
    }

    /// Where it listens; nil before `start` and after `stop`.
    package var localAddress: NIOCore.SocketAddress? { running.withLock { $0?.channel.localAddress } }

    package func start() async throws {
        let bound = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: (any Channel).self)
        let factory = AgentListenerFactory(
            address: configuration.address,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            tls: try NIOSSLContext(configuration: tls()),
            admission: admission,
            registry: registry,
            tunnels: tunnels,
            unidentified: configuration.unidentified,
            silenceLimit: configuration.silenceLimit,
            logger: logger,
            onBound: { bound.completeWith($0) }
        )
        let service = VigoAgentService(
            store: store,
            authority: configuration.authority,
            identity: configuration.identity,
            registry: registry,
            tunnels: tunnels,
            updates: configuration.updates ?? AgentUpdates(binaries: nil, registry: registry),
            policy: configuration.policy,
            logger: logger
        )
        let transport = HTTP2ServerTransport.Custom(listenerFactory: factory, config: Self.grpc)
        let server = GRPCServer(transport: transport, services: [service])
        let task = Task { try await server.serve() }
        let channel = try await bound.futureResult.get()
        running.withLock { $0 = Running(server: server, task: task, channel: channel) }
    }

    /// Stops listening, ends every agent's stream and closes every connection.
    package func stop() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.server.beginGracefulShutdown()
        registry.endAll()
        registry.connections.closeAll()
        _ = try? await running.task.value
    }

    private func tls() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: configuration.certificateChain.map { .certificate($0) },
            privateKey: .privateKey(configuration.privateKey)
        )
        // Both ends are ours.
        tls.minimumTLSVersion = .tlsv13
        tls.applicationProtocols = ["h2", TunnelProtocol.alpn]
        tls.certificateVerification = .noHostnameVerification
        let authority = try NIOSSLCertificate(bytes: Array(configuration.authority.certificatePEM.utf8), format: .pem)
        tls.trustRoots = .certificates([authority])
        return tls
    }

    /// Small windows: what agents say here is short, and bytes go by tunnels.
    private static var grpc: HTTP2ServerTransport.Custom<AgentListenerFactory>.Config {
        var config = HTTP2ServerTransport.Custom<AgentListenerFactory>.Config.defaults
        config.connection.maxIdleTime = .seconds(60)
        config.connection.keepalive.time = .seconds(60)
        config.connection.keepalive.timeout = .seconds(20)
        config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(20)
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.connection.flushCoalescing = nil
        config.http2.maxConcurrentStreams = 16
        config.rpc.maxRequestPayloadSize = 64 * 1024
        return config
    }
}
