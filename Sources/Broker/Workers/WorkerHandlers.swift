package import NIOCore
package import WorkerProtocol

/// What a session wants to hear from its worker. All are called on the worker's loop.
package struct WorkerHandlers: Sendable {
    /// Bytes for the terminal: slices of what was read, not copies. Never in `onMessage`.
    package var onOutput: @Sendable (ByteBuffer) -> Void
    package var onMessage: @Sendable (WorkerMessage) -> Void
    /// A reply's number, status and body, which is wiped when this returns. Never in `onMessage`.
    package var onReply: @Sendable (UInt32, Int32, UnsafeRawBufferPointer) -> Void

    package init(
        onOutput: @escaping @Sendable (ByteBuffer) -> Void,
        onMessage: @escaping @Sendable (WorkerMessage) -> Void,
        onReply: @escaping @Sendable (UInt32, Int32, UnsafeRawBufferPointer) -> Void = { _, _, _ in }
    ) {
        self.onOutput = onOutput
        self.onMessage = onMessage
        self.onReply = onReply
    }
}
