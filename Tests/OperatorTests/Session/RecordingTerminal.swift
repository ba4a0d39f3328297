import NIOCore
import Synchronization

@testable import Operator

/// A terminal that remembers.
final class RecordingTerminal: OperatorTerminal {
    struct Seen {
        var shown = ByteBuffer()
        var notes: [String] = []
        var isPaused = false
        var hasBegun = false
    }

    private let state = Mutex(Seen())
    let size: (columns: Int, rows: Int)? = (80, 24)

    var seen: Seen { state.withLock { $0 } }
    var shown: String { String(buffer: seen.shown) }

    func begin(_ session: TerminalSession) { state.withLock { $0.hasBegun = true } }
    func write(_ bytes: ByteBufferView) { _ = state.withLock { $0.shown.writeBytes(bytes) } }
    func pause(_ isPaused: Bool) { state.withLock { $0.isPaused = isPaused } }
    func note(_ text: String) { state.withLock { $0.notes.append(text) } }
}
