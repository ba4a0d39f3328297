import Logging
import NIOCore

/// Closes a connection that has not identified itself in time: by its handshake, and a tunnel by its hello as well.
final class SilenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let limit: TimeAmount
    private let place: ConnectionLimit.Place
    private var deadline: Scheduled<Void>?

    init(limit: TimeAmount, place: ConnectionLimit.Place) {
        self.limit = limit
        self.place = place
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        place.leave()
    }

    /// The connection has said who it is and what it wants.
    func identified(_ context: ChannelPipeline.SynchronousOperations) {
        deadline?.cancel()
        place.leave()
        context.removeHandler(self, promise: nil)
    }
}
