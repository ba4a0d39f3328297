import GRPCNIOTransportHTTP2Posix
import NIOCore

/// In the listening channel: passes accepted connections by the gRPC server on their way to registration, and
/// gives it only those that negotiated "h2", once they have.
///
/// gRPC's listener is an async sequence of configured connections, filled from the listening channel's reads. What a
/// connection speaks is known only after its handshake, and that begins only once the connection went through
/// this pipeline: so the two travel apart.
final class AcceptedConnectionsHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel

    /// Fired as a user event into the listening channel's pipeline.
    struct Negotiated: Sendable {
        let connection: HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel
    }

    /// Behind gRPC's own handler: where connections go on to be registered.
    final class Exit: ChannelInboundHandler {
        typealias InboundIn = HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel
        typealias InboundOut = any Channel

        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

        func pass(_ connection: NIOAny) { context?.fireChannelRead(connection) }
    }

    let exit = Exit()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        exit.pass(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let negotiated = event as? Negotiated else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        context.fireChannelRead(wrapInboundOut(negotiated.connection))
        context.fireChannelReadComplete()
    }
}
