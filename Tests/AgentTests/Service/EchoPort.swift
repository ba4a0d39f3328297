import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A port on loopback that says back what it hears.
struct EchoPort {
    let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }

    static func start() async throws -> EchoPort {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return EchoPort(channel: channel)
    }

    func stop() async throws {
        try await channel.close().get()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { context.close(mode: .output, promise: nil) }
        }
    }
}

/// The server's end of a tunnel.
enum TunnelClient {
    /// Sends everything, ends its side, and returns what came back.
    static func exchange(_ bytes: [UInt8], over channel: any Channel, endingOutput: Bool = true) async throws -> [UInt8]
    {
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(Collector(promise: promise))
            try channel.syncOptions?.setOption(.autoRead, value: true)
            channel.read()
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            if endingOutput { channel.close(mode: .output, promise: nil) }
        }.get()
        return try await promise.futureResult.get()
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var received: [UInt8] = []
        private let promise: EventLoopPromise<[UInt8]>

        init(promise: EventLoopPromise<[UInt8]>) {
            self.promise = promise
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += unwrapInboundIn(data).readableBytesView
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event {
                promise.succeed(received)
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.succeed(received)
        }
    }
}
