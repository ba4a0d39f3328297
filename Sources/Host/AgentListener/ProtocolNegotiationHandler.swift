import Foundation
import Logging
import NIOCore
import NIOTLS
import Wire

/// Sends a connection that has shaken hands to the gRPC server or to a tunnel, by the protocol that it negotiated.
final class ProtocolNegotiationHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let identity: PeerIdentity
    private let logger: Logger
    private let onEnvoy: (String, EnvoyAdmission.Peer, ChannelHandlerContext) throws -> Bool

    /// `onEnvoy` sets the connection up for the protocol; false when it knows no such protocol.
    init(
        identity: PeerIdentity,
        logger: Logger,
        onEnvoy: @escaping (String, EnvoyAdmission.Peer, ChannelHandlerContext) throws -> Bool
    ) {
        self.identity = identity
        self.logger = logger
        self.onEnvoy = onEnvoy
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        guard let peer = identity.peer else {
            context.close(promise: nil)
            return
        }
        do {
            if try onEnvoy(negotiated ?? "", peer, context) {
                context.pipeline.syncOperations.removeHandler(self, promise: nil)
                return
            }
            logger.notice("an envoy negotiated no known protocol", metadata: ["envoy": "\(peer.envoy.lowercased)"])
        } catch {
            logger.warning("an envoy's connection could not be set up", metadata: ["error": "\(error)"])
        }
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug(
            "handshake failed",
            metadata: ["peer": "\(context.remoteAddress?.description ?? "?")", "error": "\(error)"]
        )
        context.close(promise: nil)
    }
}
