import NIOCore
import Synchronization
import WorkerProtocol

/// What a worker said so far.
final class Heard: Sendable {
    private let state = Mutex((output: [UInt8](), messages: [WorkerMessage](), bytes: 0))

    func add(_ bytes: ByteBuffer) {
        state.withLock { state in
            state.bytes += bytes.readableBytes
            if state.output.count < 4096 { state.output += Array(bytes.readableBytesView) }
        }
    }

    func add(_ message: WorkerMessage) { state.withLock { $0.messages.append(message) } }

    var text: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var bytes: Int { state.withLock { $0.bytes } }
    var messages: [WorkerMessage] { state.withLock { $0.messages } }

    /// Polls for up to ten seconds.
    func wait(until holds: @Sendable (Heard) -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if holds(self) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
