import Foundation
import Logging
import Store
import Synchronization

/// The lines of one recording on their way to the index. They come from a worker, which is not to be trusted with their number; the
/// index may be slow, which must hold up nobody.
final class RecordedText: Sendable {
    private struct State {
        var waiting: [ScreenLine] = []
        var waitingBytes = 0
        var total = 0
        var writing: Task<Void, Never>?
    }

    /// Of one recording. A session of days that never stops to show new text is found by what it showed first.
    static let largest = 64 << 20
    private static let mostWaiting = 2 << 20
    private static let longestLine = 4096
    private static let batchDelay = Duration.milliseconds(300)

    private let index: ScreenIndex
    private let session: UUID
    private let logger: Logger
    private let state = Mutex(State())

    init(_ index: ScreenIndex, session: UUID, logger: Logger) {
        self.index = index
        self.session = session
        self.logger = logger
    }

    func add(_ lines: [String], milliseconds: Int) {
        state.withLock { state in
            for line in lines {
                let text = Self.clean(line)
                guard !text.isEmpty, state.total < Self.largest, state.waitingBytes < Self.mostWaiting else { continue }
                state.waiting.append(ScreenLine(milliseconds: milliseconds, text: text))
                state.waitingBytes += text.utf8.count
                state.total += text.utf8.count
            }
            guard !state.waiting.isEmpty, state.writing == nil else { return }
            state.writing = Task { await write() }
        }
    }

    /// Once everything so far is in the index.
    func finish() async {
        while let writing = state.withLock({ $0.writing }) { await writing.value }
    }

    private func write() async {
        // Cancelled together with the session's task, it would not wait; this is a task of its own.
        try? await Task.sleep(for: Self.batchDelay)
        while true {
            let lines = state.withLock { state -> [ScreenLine] in
                defer {
                    state.waiting = []
                    state.waitingBytes = 0
                }
                if state.waiting.isEmpty { state.writing = nil }
                return state.waiting
            }
            guard !lines.isEmpty else { return }
            do { try await index.append(lines, of: session) } catch {
                logger.error("text of a recording could not be indexed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Printable, and no longer than anybody reads.
    static func clean(_ line: String) -> String {
        let kept = line.unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : scalar
        }
        var text = ""
        for scalar in kept {
            guard text.utf8.count < Self.longestLine else { break }
            text.unicodeScalars.append(scalar)
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
