import Foundation
import NIOCore
import NIOHTTP1

/// Lets a WebSocket in or answers why not.
///
/// NIO loses a request whose upgrade is declined and the client would wait for ever: whoever is refused gets an ordinary
/// HTTP answer here, and the connection ends.
struct WebSocketGate: Sendable {
    struct Refusal: Error {
        let status: HTTPResponseStatus
        let code: String
        let message: String
    }

    /// Who it is and which session is meant; what is returned takes over the channel after the upgrade.
    let decide: @Sendable (HTTPRequestHead, any Channel) async throws -> @Sendable (any Channel) throws -> Void

    func admit(_ head: HTTPRequestHead, on channel: any Channel) -> EventLoopFuture<HTTPHeaders?> {
        let decision = channel.eventLoop.makeFutureWithTask { try await decide(head, channel) }
        return decision.flatMapThrowing { opening in
            try channel.pipeline.syncOperations.addHandler(PendingWebSocket(opening))
            return HTTPHeaders()
        }.flatMapErrorThrowing { error in
            let refusal =
                error as? Refusal
                ?? Refusal(
                    status: .internalServerError,
                    code: "internal",
                    message: "the server could not do this; its log says why"
                )
            refusal.answer(on: channel)
            return nil
        }
    }

    func open(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pending = try channel.pipeline.syncOperations.handler(type: PendingWebSocket.self)
            try pending.opening(channel)
            channel.pipeline.syncOperations.removeHandler(pending, promise: nil)
        }
    }
}

extension WebSocketGate.Refusal {
    /// As the API's own errors are answered; the connection ends with it.
    func answer(on channel: any Channel) {
        let body = channel.allocator.buffer(
            string: #"{"error":{"code":\#(LogLine.json(code)),"message":\#(LogLine.json(message))}}"#
        )
        var head = HTTPResponseHead(version: .http1_1, status: status)
        head.headers.add(name: "content-type", value: "application/json; charset=utf-8")
        head.headers.add(name: "content-length", value: "\(body.readableBytes)")
        head.headers.add(name: "connection", value: "close")
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Carries the decision from the request's head to the moment when the upgrade is done.
private final class PendingWebSocket: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    let opening: @Sendable (any Channel) throws -> Void

    init(_ opening: @escaping @Sendable (any Channel) throws -> Void) { self.opening = opening }
}
