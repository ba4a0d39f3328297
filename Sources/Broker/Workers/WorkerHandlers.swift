package import NIOCore
package import WorkerProtocol

/// What a session wants to hear from its worker. All are called on the worker's loop.
package struct WorkerHandlers: Sendable {
    /// Bytes for the terminal: slices of what was read, not copies. Never in `onMessage`.
    package var onOutput: @Sendable (ByteBuffer) -> Void
    package var onMessage: @Sendable (WorkerMessage) -> Void

    package init(
        onOutput: @escaping @Sendable (ByteBuffer) -> Void,
        onMessage: @escaping @Sendable (WorkerMessage) -> Void
    ) {
        self.onOutput = onOutput
        self.onMessage = onMessage
    }
}
