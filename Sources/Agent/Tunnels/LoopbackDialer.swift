import NIOCore
import NIOPosix

/// Connects to a port of this machine. Takes nothing but an allowed port, and no host.
struct LoopbackDialer: Sendable {
    var hosts = ["127.0.0.1", "::1"]
    var patience = TimeAmount.seconds(10)

    /// With nothing read yet: the relay decides when. Whatever comes all the same is held, as from a target that speaks and closes at once.
    func connect(_ port: AllowedPort, on loop: any EventLoop) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(InboundHold()) }
            }
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: TunnelBuffers.waterMark)
            .channelOption(.recvAllocator, value: TunnelBuffers.allocator)
        var failure: (any Error)?
        for host in hosts {
            do {
                return try await bootstrap.connect(to: SocketAddress(ipAddress: host, port: port.number)).get()
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? ChannelError.connectTimeout(patience)
    }
}

/// Buffers of the byte stream: large when there is much to carry, small while a session idles.
enum TunnelBuffers {
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 256 * 1024, high: 512 * 1024)
    static let allocator = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 16 * 1024, maximum: 256 * 1024)
}
