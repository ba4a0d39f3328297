import NIOCore
import NIOHTTP1

/// Answers whatever is asked with 503, and closes: there are too many connections.
final class TooManyConnectionsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head = unwrapInboundIn(data) else { return }
        let refusal = WebSocketGate.Refusal(
            status: .serviceUnavailable,
            code: "too_many_connections",
            message: "too many connections to the server are open; try again in a moment"
        )
        refusal.answer(on: context.channel)
    }
}
