import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request does not arrive in time, or never ends. Bytes that trickle in do not prolong it.
final class RequestDeadlineHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    /// No route takes that much; a body that nobody reads is still received up to its end.
    static let largestBody = 16 << 20

    private let limits: APILimits
    private var began = NIODeadline.now()
    private var received = 0
    private var deadline: Scheduled<Void>?

    init(_ limits: APILimits) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            (began, received) = (.now(), 0)
            schedule(context, at: began + limits.request)
        case .body(let bytes):
            received += bytes.readableBytes
            guard received <= Self.largestBody else { return context.close(promise: nil) }
        case .end:
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    private func schedule(_ context: ChannelHandlerContext, at time: NIODeadline) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
            let earned = began + limits.request + .seconds(Int64(received / limits.slowestBody))
            if earned > .now() { schedule(context, at: earned) } else { context.close(promise: nil) }
        }
    }
}
