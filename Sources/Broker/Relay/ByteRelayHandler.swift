import NIOCore

/// One end of a relay.
final class ByteRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var partner: ByteRelayHandler?
    private var context: ChannelHandlerContext?
    /// A read is asked for and has not been answered.
    private var isReading = false
    private var inputIsClosed = false

    private static let lastBytes = TimeAmount.seconds(5)

    static func pair() -> (ByteRelayHandler, ByteRelayHandler) {
        let (first, second) = (ByteRelayHandler(), ByteRelayHandler())
        first.partner = second
        second.partner = first
        return (first, second)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func start() {
        guard let context else { return }
        guard context.channel.isActive else { return partner?.closeChannel() ?? () }
        readWhenPartnerHasRoom()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.write(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        partner?.context?.flush()
        readWhenPartnerHasRoom()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.readWhenPartnerHasRoom() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            inputIsClosed = true
            partner?.closeOutput()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.closeChannel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func readWhenPartnerHasRoom() {
        guard let context, !isReading, !inputIsClosed, let other = partner?.context, other.channel.isWritable else {
            return
        }
        isReading = true
        context.read()
    }

    private func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    /// A channel that cannot close half of itself is closed.
    private func closeOutput() {
        afterWhatWasWritten { channel in
            channel.close(mode: .output).whenFailure { error in
                if !Self.isAlreadyClosed(error) { channel.close(promise: nil) }
            }
        }
    }

    private func closeChannel() {
        guard let channel = context?.channel else { return }
        afterWhatWasWritten { $0.close(promise: nil) }
        // A peer that reads nothing must not keep it open.
        channel.eventLoop.scheduleTask(in: Self.lastBytes) { channel.close(promise: nil) }
    }

    /// A close would drop what has not left yet; an empty write is done when all before it is.
    private func afterWhatWasWritten(_ body: @escaping @Sendable (any Channel) -> Void) {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(capacity: 0))).whenComplete { _ in body(channel)
        }
    }

    private static func isAlreadyClosed(_ error: any Error) -> Bool {
        switch error as? ChannelError {
        case .outputClosed, .alreadyClosed, .ioOnClosedChannel: true
        default: false
        }
    }
}
