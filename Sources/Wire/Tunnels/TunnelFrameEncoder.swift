package import NIOCore
package import SwiftProtobuf

/// Puts a message of a tunnel's opening behind its length.
package struct TunnelFrameEncoder: Sendable {
    package let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    package func encode(_ message: some Message, into buffer: inout ByteBuffer) throws(TunnelFrameError) {
        let payload: [UInt8]
        do {
            payload = try message.serializedBytes()
        } catch {
            throw .malformed(type(of: message).protoMessageName)
        }
        guard payload.count <= limit else { throw .tooLarge(bytes: payload.count, limit: limit) }
        buffer.writeInteger(UInt32(payload.count))
        buffer.writeBytes(payload)
    }

    /// A buffer that holds the message and nothing else.
    package func buffer(_ message: some Message) throws(TunnelFrameError) -> ByteBuffer {
        var buffer = ByteBuffer()
        try encode(message, into: &buffer)
        return buffer
    }
}
