import NIOCore
import Trust
import WorkerProtocol

/// A field of a request's body.
enum ExchangeField: Sendable {
    case text(String)
    case secret(Secret)
    /// Fields already, or what a test takes for some.
    case raw(Secret)

    /// With its length in front.
    fileprivate var size: Int {
        if case .raw(let secret) = self { return secret.count }
        return 4 + count
    }

    fileprivate var count: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .secret(let secret), .raw(let secret): secret.count
        }
    }
}

extension Worker {
    /// Bytes that a request takes of `WorkerFrame.maximumOpenRequestBytes`.
    static func size(of method: String, _ fields: [ExchangeField]) -> Int {
        fields.reduce(8 + method.utf8.count) { $0 + $1.size }
    }

    /// On the loop. What is written is wiped as soon as the kernel has it; several of one moment leave together.
    func request(_ number: UInt32, _ method: String, _ fields: [ExchangeField]) {
        guard let messages else { return }
        let size = Self.size(of: method, fields)
        var buffer = messages.allocator.buffer(capacity: WorkerFrameHeader.size + size)
        let header = WorkerFrameHeader(kind: BrokerMessage.Kind.request.rawValue, length: size)
        buffer.writeInteger(header.word, endianness: .little)
        buffer.writeBytes(ExchangePayload.request(number, method: method))
        for field in fields {
            if field.size > field.count { buffer.writeInteger(UInt32(field.count), endianness: .little) }
            switch field {
            case .text(let text): buffer.writeString(text)
            case .secret(let secret), .raw(let secret): secret.withBytes { _ = buffer.writeBytes($0) }
            }
        }
        let written = buffer
        messages.write(buffer).whenComplete { _ in written.wipeInPlace() }
        guard !isFlushing else { return }
        isFlushing = true
        loop.execute { [self] in
            isFlushing = false
            self.messages?.flush()
        }
    }
}
