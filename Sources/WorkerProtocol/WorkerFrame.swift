/// One message on the socket between broker and worker: `u32 LE payload length | u16 LE kind | u16 0`, then the payload.
package struct WorkerFrame: Equatable, Sendable {
    package var kind: UInt16
    package var payload: [UInt8]

    package static let maximumPayload = 1 << 20

    /// Bytes of a body in the exchange: a request, a reply, a notification.
    package static let maximumBody = 4 << 20

    /// Requests without a reply, and the bytes of their payloads together, at most. The sender counts both.
    package static let maximumOpenRequests = 64
    package static let maximumOpenRequestBytes = 8 << 20

    /// What stands before a body: numbers and the name of a method or topic.
    private static let beforeBody = 1024

    /// Input that the worker has not said `consumed` for, at most. The sender counts.
    package static let maximumUnconsumedInput = 1 << 20

    package init(kind: UInt16, payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    /// Larger for what carries a body than for everything else.
    package static func maximumPayload(of kind: UInt16) -> Int {
        switch kind {
        case BrokerMessage.Kind.request.rawValue, WorkerMessage.Kind.reply.rawValue, WorkerMessage.Kind.notify.rawValue:
            maximumBody + beforeBody
        default: maximumPayload
        }
    }

    package var encoded: [UInt8] {
        var bytes = WorkerFrameHeader(kind: kind, length: payload.count).encoded
        bytes.append(contentsOf: payload)
        return bytes
    }
}
