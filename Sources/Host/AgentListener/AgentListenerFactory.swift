import Foundation
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import Trust
import Wire

/// Makes the listening channel of port 1530: mutual TLS, then gRPC or a tunnel by ALPN.
struct AgentListenerFactory: HTTP2ServerTransport.ListenerFactory {
    typealias ConnectionConfigurator = HTTP2ServerTransport.ConnectionConfigurator

    let address: NIOCore.SocketAddress
    let eventLoopGroup: any EventLoopGroup
    let tls: NIOSSLContext
    let admission: EnvoyAdmission
    let registry: AgentRegistry
    let tunnels: Tunnels
    let unidentified: ConnectionLimit
    let silenceLimit: TimeAmount
    let logger: Logger
    let onBound: @Sendable (Result<any Channel, any Error>) -> Void

    func makeListeningChannel(
        listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
        connectionConfigurator: ConnectionConfigurator
    ) async throws -> NIOAsyncChannel<ConnectionConfigurator.ConnectionChannel, Never> {
        do {
            let channel = try await ServerBootstrap(group: eventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: 1024)
                // Nothing is accepted before the handlers below are in place.
                .serverChannelOption(.autoRead, value: false)
                .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .childChannelInitializer { child in
                    child.eventLoop.makeCompletedFuture { try setUp(child, connectionConfigurator) }
                }
                .bind(to: address).get()
            let listening = try await channel.eventLoop.submit {
                let accepted = AcceptedConnectionsHandler()
                try channel.pipeline.syncOperations.addHandler(
                    AcceptErrorsHandler(of: "the agents' port", logger: logger)
                )
                try channel.pipeline.syncOperations.addHandler(accepted)
                let listening = try NIOAsyncChannel<ConnectionConfigurator.ConnectionChannel, Never>(
                    wrappingChannelSynchronously: channel
                )
                try channel.pipeline.syncOperations.addHandler(accepted.exit)
                return listening
            }.get()
            try await channel.setOption(.autoRead, value: true).get()
            onBound(.success(channel))
            return listening
        } catch {
            onBound(.failure(error))
            throw error
        }
    }

    private func setUp(_ child: any Channel, _ grpc: ConnectionConfigurator) throws {
        guard let place = unidentified.enter(child.remoteAddress?.ipAddress ?? "") else {
            if let count = unidentified.refusalsToTell() {
                logger.notice(
                    "too many unidentified connections",
                    metadata: ["refused": "\(count)", "peer": "\(child.remoteAddress?.description ?? "?")"]
                )
            }
            child.close(promise: nil)
            return
        }
        let identity = PeerIdentity()
        let boundIdentity = NIOLoopBound(identity, eventLoop: child.eventLoop)
        let handshake = NIOSSLServerHandler(context: tls) { chain, verified in
            let chain = chain.compactMap { try? $0.toDERBytes() }
            verified.completeWithTask {
                let peer = await admission.peer(of: chain)
                return try await child.eventLoop.submit {
                    boundIdentity.value.peer = peer
                    return peer == nil ? NIOSSLVerificationResult.failed : .certificateVerified
                }.get()
            }
        }
        let silence = SilenceHandler(limit: silenceLimit, place: place)
        let negotiation = ProtocolNegotiationHandler(identity: identity, logger: logger) { alpn, peer, context in
            switch alpn {
            case "h2":
                try serveCalls(on: context.channel, of: peer, grpc)
                silence.identified(context.pipeline.syncOperations)
            case TunnelProtocol.alpn:
                try serveTunnel(on: context.channel, of: peer, silence)
            default:
                return false
            }
            return true
        }
        try child.pipeline.syncOperations.addHandlers([handshake, silence, negotiation])
    }

    private func serveCalls(
        on channel: any Channel,
        of peer: EnvoyAdmission.Peer,
        _ grpc: ConnectionConfigurator
    ) throws {
        registry.connections.addCalling(channel, of: peer.envoy, by: peer.certificate.serial)
        guard admission.enter(peer) else { return channel.close(promise: nil) }
        closeAtEnd(of: peer.certificate, channel)
        let listener = channel.parent
        grpc.configure(channel: channel, tls: .configured(requireALPN: false)).whenComplete { result in
            switch result {
            case .success(let connection):
                // The connection became active long ago, before gRPC's handlers were here to start their keepalive by it.
                if let http2 = try? channel.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self) {
                    http2.fireChannelActive()
                }
                // Kept until the connection ends: should the listener be closing, nobody else will.
                channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
                listener?.pipeline.fireUserInboundEventTriggered(
                    AcceptedConnectionsHandler.Negotiated(connection: connection)
                )
            case .failure:
                channel.close(promise: nil)
            }
        }
    }

    /// Handshakes are refused from then on, and a connection from before gives nobody more time.
    private func closeAtEnd(of certificate: EnvoyCertificate, _ channel: any Channel) {
        let seconds = max(0, certificate.notValidAfter.timeIntervalSinceNow)
        let end = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    /// A tunnel outlives its certificate: it can carry nothing but its one session.
    private func serveTunnel(
        on channel: any Channel,
        of peer: EnvoyAdmission.Peer,
        _ silence: SilenceHandler
    ) throws {
        registry.connections.add(channel, of: peer.envoy)
        guard admission.enter(peer) else { return channel.close(promise: nil) }
        let options = channel.syncOptions
        try options?.setOption(.allowRemoteHalfClosure, value: true)
        try options?.setOption(.autoRead, value: false)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(
            TunnelOpeningHandler(tunnels: tunnels, peer: peer.envoy, logger: logger) { silence.identified(pipeline) }
        )
    }
}
