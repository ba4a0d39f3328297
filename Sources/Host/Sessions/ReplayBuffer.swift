import NIOCore

/// Output that the operator's client has not acknowledged yet, in order, so that one that comes back gets what it missed.
///
/// It is also the flow control: while it is full, the worker's output is not read.
struct ReplayBuffer {
    /// Enough for a fast line over a long way; the most that one session holds.
    static let limit = 1 << 20

    /// Of the session's output, how much came and how much of it has been acknowledged.
    private(set) var end: UInt64 = 0
    private(set) var acknowledged: UInt64 = 0
    private var chunks = CircularBuffer<ByteBuffer>()

    var count: Int { Int(end - acknowledged) }
    var isFull: Bool { count >= Self.limit }

    mutating func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        end += UInt64(bytes.readableBytes)
        // A keystroke's echo is a few bytes of a large buffer, which would stay in memory with it.
        if bytes.readableBytes <= Self.small, var last = chunks.last, last.readableBytes <= Self.small {
            last.writeImmutableBuffer(bytes)
            chunks[chunks.index(before: chunks.endIndex)] = last
        } else {
            chunks.append(bytes.readableBytes <= Self.small ? ByteBuffer(bytes: bytes.readableBytesView) : bytes)
        }
    }

    /// False when the client claims to have more than was sent.
    mutating func acknowledge(upTo total: UInt64) -> Bool {
        guard total <= end else { return false }
        while acknowledged < total, var first = chunks.first {
            let length = min(UInt64(first.readableBytes), total - acknowledged)
            acknowledged += length
            if Int(length) == first.readableBytes {
                chunks.removeFirst()
            } else {
                first.moveReaderIndex(forwardBy: Int(length))
                chunks[chunks.startIndex] = first
            }
        }
        return true
    }

    /// What follows the first `total` bytes of the session's output. Nil when that is gone, or has not been written yet.
    func bytes(after total: UInt64) -> [ByteBuffer]? {
        guard (acknowledged...end).contains(total) else { return nil }
        var skip = Int(total - acknowledged)
        var result: [ByteBuffer] = []
        for var chunk in chunks {
            let skipped = min(skip, chunk.readableBytes)
            skip -= skipped
            chunk.moveReaderIndex(forwardBy: skipped)
            if chunk.readableBytes > 0 { result.append(chunk) }
        }
        return result
    }

    private static let small = 2048
}
