/// One message on the socket between broker and worker: `u32 LE payload length | u16 LE kind | u16 0`, then the payload.
package struct WorkerFrame: Equatable, Sendable {
    package var kind: UInt16
    package var payload: [UInt8]

    package static let maximumPayload = 1 << 20

    /// Input that the worker has not said `consumed` for, at most. The sender counts.
    package static let maximumUnconsumedInput = 1 << 20

    package init(kind: UInt16, payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    package var encoded: [UInt8] {
        var bytes = WorkerFrameHeader(kind: kind, length: payload.count).encoded
        bytes.append(contentsOf: payload)
        return bytes
    }
}
