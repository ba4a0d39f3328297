import NIOCore
import NIOHTTP1

/// One POST over one connection: all that registering needs of HTTP.
struct HTTPSPost: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
    }

    let path: String
    let host: String
    let body: [UInt8]

    func send(over connection: ServerDialer.Connection) async throws -> Answer {
        let promise = connection.channel.eventLoop.makePromise(of: Answer.self)
        let timeout = connection.channel.eventLoop.scheduleTask(in: .seconds(60)) {
            promise.fail(ChannelError.connectTimeout(.seconds(60)))
        }
        defer {
            timeout.cancel()
            connection.channel.close(promise: nil)
        }
        try await connection.release { channel in
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(AnswerCollector(promise: promise))
            let headers: HTTPHeaders = [
                "Host": host, "Content-Type": "application/json", "Content-Length": String(body.count),
                "Accept": "application/json", "Connection": "close", "User-Agent": "vigo",
            ]
            let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
        return try await promise.futureResult.get()
    }

    private final class AnswerCollector: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private static let longestBody = 1 << 20

        private let promise: EventLoopPromise<Answer>
        private var status = 0
        private var body: [UInt8] = []

        init(promise: EventLoopPromise<Answer>) {
            self.promise = promise
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): status = Int(head.status.code)
            case .body(let bytes):
                guard body.count + bytes.readableBytes <= Self.longestBody else {
                    return errorCaught(context: context, error: ChannelError.inappropriateOperationForState)
                }
                body += bytes.readableBytesView
            case .end: promise.succeed(Answer(status: status, body: body))
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.fail(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.fail(ChannelError.eof)
        }
    }
}
