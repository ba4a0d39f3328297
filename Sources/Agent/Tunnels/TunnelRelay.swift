import NIOCore

/// One of two handlers that join two channels of one loop into a stream: what one reads the other writes. A side is
/// read only while the other takes more, an end of input is passed on as one, and when one is gone the other follows
/// after it has written everything.
final class TunnelRelay: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long the last bytes may take when the other side is gone.
    private static let lastWords = TimeAmount.seconds(10)

    private var partner: TunnelRelay?
    private var context: ChannelHandlerContext?
    private var wantsToRead = false
    private var isInputEnded = false
    private var isOutputEnded = false

    static func pair() -> (TunnelRelay, TunnelRelay) {
        let (one, other) = (TunnelRelay(), TunnelRelay())
        one.partner = other
        other.partner = one
        return (one, other)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // Whoever was waiting for this side can go on.
        partner?.partnerIsWritable()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let other = partner?.context, partner?.isOutputEnded == false else { return }
        other.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        guard let other = partner?.context, other.channel.isWritable else {
            wantsToRead = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.partnerIsWritable() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            isInputEnded = true
            partner?.endOutput()
            closeIfEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.closeAfterLastWords()
        partner?.partner = nil
        partner = nil
        context.fireChannelInactive()
    }

    private func partnerIsWritable() {
        guard wantsToRead, let context else { return }
        wantsToRead = false
        context.read()
    }

    private func endOutput() {
        guard !isOutputEnded, let context else { return }
        isOutputEnded = true
        context.flush()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.close(mode: .output).whenComplete { _ in bound.value.closeIfEnded() }
    }

    private func closeIfEnded() {
        guard isInputEnded, isOutputEnded, let context else { return }
        context.close(promise: nil)
    }

    private func closeAfterLastWords() {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
        let timeout = context.eventLoop.scheduleTask(in: Self.lastWords) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timeout.cancel() }
    }
}
