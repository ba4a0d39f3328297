/// Requests and replies in place: a body may hold secrets, and every copy of it would have to be wiped. The same bytes
/// as `BrokerMessage.request` and `WorkerMessage.reply`.
package enum ExchangePayload {
    /// What stands before the body of a request.
    package static func request(_ number: UInt32, method: String) -> [UInt8] {
        var writer = PayloadWriter()
        writer.integer(number)
        writer.string(method)
        return writer.bytes
    }

    /// What stands before the body of a reply.
    package static func reply(_ number: UInt32, status: Int32) -> [UInt8] {
        var writer = PayloadWriter()
        writer.integer(number)
        writer.integer(status)
        return writer.bytes
    }

    /// What stands before the body of a notification.
    package static func notification(topic: String) -> [UInt8] {
        var writer = PayloadWriter()
        writer.string(topic)
        return writer.bytes
    }

    package struct Request {
        package let number: UInt32
        package let method: String
        package let body: UnsafeRawBufferPointer

        /// The body is a part of `payload`.
        package init(_ payload: UnsafeRawBufferPointer) throws(WorkerProtocolError) {
            guard payload.count >= 8 else { throw .truncated }
            number = ExchangePayload.integer(payload, at: 0)
            let length = Int(ExchangePayload.integer(payload, at: 4))
            guard length <= payload.count - 8 else { throw .truncated }
            guard let method = String(validating: payload[8..<8 + length], as: UTF8.self) else {
                throw .malformed("a request's method")
            }
            self.method = method
            body = UnsafeRawBufferPointer(rebasing: payload[(8 + length)...])
        }
    }

    package struct Reply {
        package let number: UInt32
        package let status: Int32
        package let body: UnsafeRawBufferPointer

        /// The body is a part of `payload`.
        package init(_ payload: UnsafeRawBufferPointer) throws(WorkerProtocolError) {
            guard payload.count >= 8 else { throw .truncated }
            number = ExchangePayload.integer(payload, at: 0)
            status = Int32(bitPattern: ExchangePayload.integer(payload, at: 4))
            body = UnsafeRawBufferPointer(rebasing: payload[8...])
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
