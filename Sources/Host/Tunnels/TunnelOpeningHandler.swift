import Foundation
import Logging
import NIOCore
import Wire

/// The server's side of a tunnel connection's first three messages: reads the hello, sends TunnelOpen, reads the
/// answer, hands the channel over and then holds back whatever followed until somebody reads.
///
/// Reads only as much as it needs, so that a chatty peer cannot fill memory before a protocol listens.
final class TunnelOpeningHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case hello
        case answer(session: UUID)
        /// Handed over; the first read of the new owner gets what is here.
        case held
        /// The new owner reads: everything passes.
        case released
        case closed
    }

    private let tunnels: Tunnels
    private let peer: UUID
    private let logger: Logger
    private let onHello: () -> Void
    private var state = State.hello
    private var received = ByteBuffer()
    private var endOfInput = false

    /// `onHello` is called once a valid hello has come: the connection is no longer one that says nothing.
    init(tunnels: Tunnels, peer: UUID, logger: Logger, onHello: @escaping () -> Void) {
        self.tunnels = tunnels
        self.peer = peer
        self.logger = logger
        self.onHello = onHello
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .released = state {
            context.fireChannelRead(data)
            return
        }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        advance(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .hello, .answer: context.read()
        case .released: context.fireChannelReadComplete()
        case .held, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event as? ChannelEvent, state) {
        case (.inputClosed, .held): endOfInput = true
        case (.inputClosed, .hello), (.inputClosed, .answer):
            fail(context, TunnelError(.connectionLost, "the agent closed the tunnel before it was open"))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        lose(context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lose(context)
        context.fireErrorCaught(error)
    }

    /// The new owner's first read: it has its handlers in place now.
    func read(context: ChannelHandlerContext) {
        guard case .held = state else {
            context.read()
            return
        }
        state = .released
        let released = received
        received = ByteBuffer()
        let hadBytes = released.readableBytes > 0
        if hadBytes { context.fireChannelRead(wrapInboundOut(released)) }
        if endOfInput { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        if hadBytes {
            context.fireChannelReadComplete()
        } else {
            context.read()
        }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func advance(_ context: ChannelHandlerContext) {
        do {
            switch state {
            case .hello:
                guard
                    let hello = try TunnelFrameDecoder(limit: TunnelProtocol.helloLimit)
                        .message(Vigo_Agent_V1_TunnelHello.self, from: &received)
                else { return }
                try accept(hello, context)
            case .answer(let session):
                guard
                    let answer = try TunnelFrameDecoder(limit: TunnelProtocol.messageLimit)
                        .message(Vigo_Agent_V1_TunnelOpenResult.self, from: &received)
                else { return }
                handOver(session, answer, context)
            case .held, .released:
                break
            case .closed:
                received.clear()
            }
        } catch {
            logger.notice("tunnel connection refused", metadata: ["envoy": "\(peer.lowercased)", "reason": "\(error)"])
            fail(context, TunnelError(.invalid, "the agent sent nonsense while the tunnel was opened"))
        }
    }

    private func accept(_ hello: Vigo_Agent_V1_TunnelHello, _ context: ChannelHandlerContext) throws {
        guard let session = UUID(uuidString: hello.sessionID),
            let open = tunnels.claim(hello, from: peer, on: context.channel)
        else {
            // One answer for every reason: a prober learns nothing about sessions of others.
            logger.notice("tunnel refused: no such session or token", metadata: ["envoy": "\(peer.lowercased)"])
            state = .closed
            context.close(promise: nil)
            return
        }
        onHello()
        state = .answer(session: session)
        let message = try TunnelFrameEncoder(limit: TunnelProtocol.messageLimit).buffer(open)
        context.writeAndFlush(wrapOutboundOut(message), promise: nil)
        // The answer may have come in the same read as the hello only from a peer that does not follow the protocol.
        if received.readableBytes > 0 { advance(context) }
    }

    private func handOver(_ session: UUID, _ answer: Vigo_Agent_V1_TunnelOpenResult, _ context: ChannelHandlerContext) {
        switch TunnelAnswer(answer) {
        case .opened(let provisions):
            state = .held
            let tunnel = OpenedTunnel(channel: context.channel, provisions: provisions)
            if !tunnels.finish(session, .success(tunnel)) { context.close(promise: nil) }
        case .failed(let error):
            state = .closed
            _ = tunnels.finish(session, .failure(error))
            context.close(promise: nil)
        }
    }

    private func lose(_ context: ChannelHandlerContext) {
        switch state {
        case .hello, .answer:
            fail(
                context,
                TunnelError(.connectionLost, "the connection to the agent was lost while the tunnel was opened")
            )
        case .held, .released, .closed: break
        }
    }

    private func fail(_ context: ChannelHandlerContext, _ error: TunnelError) {
        if case .answer(let session) = state { _ = tunnels.finish(session, .failure(error)) }
        state = .closed
        context.close(promise: nil)
    }
}
