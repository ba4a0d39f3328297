package import NIOCore
package import SwiftProtobuf

/// Takes the length-prefixed messages of a tunnel's opening out of a buffer, one at a time: what follows the last
/// of them is the byte stream and must stay where it is.
package struct TunnelFrameDecoder: Sendable {
    package let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// The next frame's payload, taken out of `buffer`; nil while bytes are missing.
    package func frame(from buffer: inout ByteBuffer) throws(TunnelFrameError) -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        // Before the rest has arrived: a peer that announces 4 GiB is refused at once.
        guard length <= limit else { throw .tooLarge(bytes: Int(length), limit: limit) }
        let prefix = MemoryLayout<UInt32>.size
        guard buffer.readableBytes >= prefix + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: prefix)
        return buffer.readSlice(length: Int(length))
    }

    /// The next frame as a message; nil while bytes are missing.
    package func message<M: Message>(_ type: M.Type, from buffer: inout ByteBuffer) throws(TunnelFrameError) -> M? {
        guard let payload = try frame(from: &buffer) else { return nil }
        do {
            return try M(serializedBytes: Array(payload.readableBytesView))
        } catch {
            throw .malformed(M.protoMessageName)
        }
    }
}
