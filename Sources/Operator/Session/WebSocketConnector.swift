import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Opens the WebSocket of a session.
struct WebSocketConnector: Sendable {
    let connection: ServerConnection

    /// For an answer, once there is a connection.
    private static let patience: TimeAmount = .seconds(15)
    /// Frames of output are as large as the server's reads; more than that is nonsense.
    private static let largestFrame = 1 << 20

    private enum Attempt: Sendable {
        case open(any Channel)
        case refused(EventLoopFuture<HTTPExchange.Answer>)
    }

    func open(_ path: String, session: any TerminalFrameReceiver) async throws -> any Channel {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
        head.headers = connection.headers
        let attempt = try await connection.connect { [head] channel in
            let upgrader = NIOTypedWebSocketClientUpgrader<Attempt>(maxFrameSize: Self.largestFrame) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0,
                            maxAccumulatedFrameCount: 1024,
                            maxAccumulatedFrameSize: Self.largestFrame
                        )
                    )
                    try pipeline.addHandler(TerminalFrames(session: session))
                    return .open(channel)
                }
            }
            let configuration = NIOTypedHTTPClientUpgradeConfiguration<Attempt>(
                upgradeRequestHead: head,
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let answer = channel.eventLoop.makePromise(of: HTTPExchange.Answer.self)
                        try channel.pipeline.syncOperations.addHandler(RefusedUpgrade(answer: answer))
                        return .refused(answer.futureResult)
                    }
                }
            )
            var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
            // The session's first frames may come in one packet with the answer to the upgrade.
            pipeline.leftOverBytesStrategy = .forwardBytes
            let attempt = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: pipeline
            )
            let deadline = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
            attempt.whenComplete { _ in deadline.cancel() }
            return attempt
        }
        do {
            switch try await attempt.get() {
            case .open(let channel): return channel
            case .refused(let answer):
                let answer = try await answer.get()
                throw OperatorError(status: answer.status, answer.body)
            }
        } catch {
            throw connection.configuration.server.explain(error)
        }
    }
}

/// Reads why the server did not open a WebSocket.
private final class RefusedUpgrade: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<HTTPExchange.Answer>
    private var received = HTTPExchange.Answer(status: 0, body: ByteBuffer())

    init(answer: EventLoopPromise<HTTPExchange.Answer>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received.status = Int(head.status.code)
        case .body(var part): received.body.writeBuffer(&part)
        case .end:
            answer.succeed(received)
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        answer.fail(OperatorError("the server closed the connection before it had answered"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
