import NIOCore

/// How much output came, and how much of it the server has been told of: each 64 KiB, and what is less a tenth of a second
/// after its first byte. Everything in it happens on one event loop.
final class ReceivedOutput {
    /// Bytes, from where the session or the connection counts.
    private(set) var total: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var channel: (any Channel)?
    private var later: Scheduled<Void>?
    private let loop: any EventLoop

    private static let often: UInt64 = 64 * 1024
    private static let pause = TimeAmount.milliseconds(100)

    init(loop: any EventLoop) { self.loop = loop }

    /// Acknowledges on this connection from now on; what came before it was ours is counted already.
    func attach(_ channel: any Channel) {
        self.channel = channel
        acknowledge()
    }

    /// Nothing can be said any more; what came stays counted.
    func detach() {
        channel = nil
        later?.cancel()
        later = nil
    }

    /// Counts on from a total that both sides know.
    func begin(at total: UInt64) { (self.total, acknowledged) = (total, total) }

    func add(_ count: Int) {
        total += UInt64(count)
        if total - acknowledged >= Self.often {
            acknowledge()
        } else if later == nil {
            later = loop.assumeIsolated().scheduleTask(in: Self.pause) { self.acknowledge() }
        }
    }

    private func acknowledge() {
        later?.cancel()
        later = nil
        guard total > acknowledged, let channel else { return }
        acknowledged = total
        channel.send(.ack(bytes: total))
    }
}
