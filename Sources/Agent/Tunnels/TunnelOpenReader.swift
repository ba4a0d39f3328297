import NIOCore
import Wire

/// Waits for the server's TunnelOpen. Whatever follows it is held for the relay.
final class TunnelOpenReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let decoder = TunnelFrameDecoder(limit: TunnelProtocol.messageLimit)
    private var promise: EventLoopPromise<Vigo_Agent_V1_TunnelOpen>?
    private var received = ByteBuffer()
    private var hasInputEnded = false

    init(promise: EventLoopPromise<Vigo_Agent_V1_TunnelOpen>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard let promise else {
            // The server has nothing to say before the result; what it may say is bounded by what one read brings.
            context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
            return
        }
        do {
            guard let open = try decoder.message(Vigo_Agent_V1_TunnelOpen.self, from: &received) else { return }
            self.promise = nil
            promise.succeed(open)
        } catch {
            fail(error)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            hasInputEnded = true
            // Before the result there is nothing that half a connection would be good for.
            fail(ChannelError.eof)
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        if received.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(received))
            context.fireChannelReadComplete()
            received.clear()
        }
        context.leavePipeline(removalToken: removalToken)
    }

    private func fail(_ error: any Error) {
        promise?.fail(error)
        promise = nil
    }
}
