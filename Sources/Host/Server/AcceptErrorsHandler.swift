import Logging
import NIOCore

/// First in a listening channel: an error of accept() stays here, and is rested after. Whoever takes the connections would
/// try again without end, or stop listening for good.
final class AcceptErrorsHandler: ChannelInboundHandler {
    typealias InboundIn = Any

    /// Out of descriptors, accept() fails again at once.
    private static let rest = TimeAmount.seconds(1)

    private let name: String
    private let logger: Logger

    init(of name: String, logger: Logger) {
        self.name = name
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("a connection to \(name) could not be accepted", metadata: ["error": "\(error)"])
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenComplete { _ in
            channel.eventLoop.scheduleTask(in: Self.rest) { channel.setOption(.autoRead, value: true) }
        }
    }
}
