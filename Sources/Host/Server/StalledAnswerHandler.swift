import NIOCore
import NIOHTTPTypes

/// Ends a connection whose client takes nothing of the answer that it asked for.
final class StalledAnswerHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var unwritten = 0
    private var written = 0
    private var watch: Scheduled<Void>?

    init(_ limit: TimeAmount) { self.limit = limit }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let done = promise ?? context.eventLoop.makePromise(of: Void.self)
        unwritten += 1
        done.futureResult.assumeIsolated().whenComplete { [self] _ in
            unwritten -= 1
            written += 1
            if unwritten == 0 {
                watch?.cancel()
                watch = nil
            }
        }
        context.write(data, promise: done)
        if watch == nil, unwritten > 0 { look(context, before: progress(context)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { watch?.cancel() }

    private func look(_ context: ChannelHandlerContext, before: [Int]) {
        watch = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [self] in
            let now = progress(context)
            if now == before { context.close(promise: nil) } else { look(context, before: now) }
        }
    }

    /// Of what was written, and within the one write that is under way.
    private func progress(_ context: ChannelHandlerContext) -> [Int] {
        [written, (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0]
    }
}
