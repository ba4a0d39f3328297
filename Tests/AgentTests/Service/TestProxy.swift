import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

@testable import Agent

/// A proxy that takes CONNECT requests to any name and connects them to the same port on loopback.
final class TestProxy: Sendable {
    private let channel: any Channel
    private let seen: NIOLockedValueBox<[String]>

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [String] { seen.withLockedValue(\.self) }

    private init(channel: any Channel, seen: NIOLockedValueBox<[String]>) {
        self.channel = channel
        self.seen = seen
    }

    static func start(answer: String = "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n") async throws
        -> TestProxy
    {
        let seen = NIOLockedValueBox<[String]>([])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Request(seen: seen, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return TestProxy(channel: channel, seen: seen)
    }

    func stop() async throws {
        try await channel.close().get()
    }

    private final class Request: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer

        private let seen: NIOLockedValueBox<[String]>
        private let answer: String
        private var text = ""

        init(seen: NIOLockedValueBox<[String]>, answer: String) {
            self.seen = seen
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.hasSuffix("\r\n\r\n") else { return }
            seen.withLockedValue { $0.append(text) }
            let target = text.split(separator: " ")[1]
            let port = ServerAddress(parsing: String(target))?.port ?? 0
            let channel = context.channel
            let answer = answer
            channel.setOption(.autoRead, value: false).whenFailure { _ in }
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop).channelOption(.allowRemoteHalfClosure, value: true).channelOption(
                .autoRead,
                value: false
            )
            .connect(host: "127.0.0.1", port: port)
            .flatMapThrowing { other in
                let (one, two) = TunnelRelay.pair()
                try channel.pipeline.syncOperations.addHandler(one)
                try other.pipeline.syncOperations.addHandler(two)
                channel.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                channel.writeAndFlush(ByteBuffer(string: answer), promise: nil)
                try channel.syncOptions?.setOption(.autoRead, value: true)
                try other.syncOptions?.setOption(.autoRead, value: true)
                channel.read()
                other.read()
            }
            .whenFailure { _ in channel.close(promise: nil) }
        }
    }
}
