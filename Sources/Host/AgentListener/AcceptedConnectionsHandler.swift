import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore

/// In the listening channel: passes accepted connections by the gRPC server on their way to registration, and
/// gives it only those that negotiated "h2", once they have.
///
/// gRPC's listener is an async sequence of configured connections, filled from the listening channel's reads. What a
/// connection speaks is known only after its handshake, and that begins only once the connection went through
/// this pipeline: so the two travel apart. An error of accept() stays here: gRPC would stop listening for good.
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

    /// Out of descriptors, accept() fails again at once: without a rest that is a busy loop.
    private static let restAfterError = TimeAmount.seconds(1)

    let exit = Exit()
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

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

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("a connection to the agents' port could not be accepted", metadata: ["error": "\(error)"])
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenComplete { _ in
            channel.eventLoop.scheduleTask(in: Self.restAfterError) { channel.setOption(.autoRead, value: true) }
        }
    }
}
