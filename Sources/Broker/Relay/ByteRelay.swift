package import NIOCore

/// Joins two byte streams on one loop: what one reads the other writes, as fast as the slower of them takes it. The end
/// of one direction is passed on as such; when one closes, so does the other.
package enum ByteRelay {
    /// On the channels' loop, before either reads.
    package static func glue(_ first: any Channel, _ second: any Channel) throws {
        guard first.eventLoop === second.eventLoop, first.eventLoop.inEventLoop else { throw BrokerError.otherLoop }
        let (one, other) = ByteRelayHandler.pair()
        for (channel, handler) in [(first, one), (second, other)] {
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            // Small while somebody types, large under load.
            let buffers = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 256 << 10)
            try channel.syncOptions?.setOption(.recvAllocator, value: buffers)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        // Only now, when both ends are there to take what comes.
        one.start()
        other.start()
    }
}
