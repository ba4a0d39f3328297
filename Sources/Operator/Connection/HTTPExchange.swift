import NIOCore
import NIOHTTP1

/// One request on a connection of its own, and the whole answer.
final class HTTPExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Answer: Sendable {
        var status: Int
        var body: ByteBuffer
    }

    private let head: HTTPRequestHead
    private let body: ByteBuffer?
    private let answer: EventLoopPromise<Answer>
    /// Called for each part of a body that is not wanted as a whole.
    private let stream: (@Sendable (ByteBuffer) -> Void)?
    private var received = Answer(status: 0, body: ByteBuffer())

    static let largestBody = 64 * 1024 * 1024

    init(
        _ head: HTTPRequestHead,
        body: ByteBuffer?,
        answer: EventLoopPromise<Answer>,
        stream: (@Sendable (ByteBuffer) -> Void)? = nil
    ) {
        self.head = head
        self.body = body
        self.answer = answer
        self.stream = stream
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received.status = Int(head.status.code)
        case .body(var part):
            if let stream, received.status == 200 { return stream(part) }
            guard received.body.readableBytes + part.readableBytes <= Self.largestBody else {
                return errorCaught(context: context, error: OperatorError("the server's answer is too long"))
            }
            received.body.writeBuffer(&part)
        case .end:
            answer.succeed(received)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        errorCaught(context: context, error: OperatorError("the server did not answer in time"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    /// Also where the connection never came about.
    func handlerRemoved(context: ChannelHandlerContext) {
        answer.fail(OperatorError("the server closed the connection before it had answered"))
    }
}
