import NIOCore

/// What was typed and has not been acknowledged: after a dropped connection the server says how far it got, and the rest
/// is sent again.
struct TypedInput {
    private var unacknowledged = ByteBuffer()
    private var acknowledged: UInt64 = 0

    /// Beyond this much, the terminal is not read for a while.
    static let comfortable = 256 * 1024

    var isFull: Bool { unacknowledged.readableBytes >= Self.comfortable }

    mutating func append(_ bytes: ByteBuffer) { unacknowledged.writeImmutableBuffer(bytes) }

    mutating func acknowledge(_ total: UInt64) {
        guard total > acknowledged else { return }
        let count = min(Int(clamping: total - acknowledged), unacknowledged.readableBytes)
        unacknowledged.moveReaderIndex(forwardBy: count)
        unacknowledged.discardReadBytes()
        acknowledged += UInt64(count)
    }

    /// Everything above the last acknowledgement.
    var rest: ByteBuffer { unacknowledged }
}
