import Glibc
import NIOCore
import Synchronization
import Wire

/// A look at somebody else's session in the terminal that this process runs in.
package struct WatchingTerminal: Sendable {
    private let api: APIClient

    package init(_ api: APIClient) { self.api = api }

    /// Returns when the session, or the look at it, is over; what to say then.
    package func run(path: String) async throws -> WatchSession.Outcome {
        let tidy = Mutex(TerminalTidy())
        let notes = Mutex(Notes())
        let session = WatchSession(connection: api.connection, path: path) { bytes in
            tidy.withLock { $0.take(bytes.readableBytesView) }
            _ = bytes.withUnsafeReadableBytes { StandardOutput.write($0) }
        } note: { message in
            if let text = notes.withLock({ $0.text(for: message) }) {
                StandardError.line("\r\n[vigocli: \(Shown.text(text))]\r")
            }
        }
        let keyboard = RawKeyboard()
        defer { keyboard?.restore() }
        if let keyboard {
            DetachedThread.start {
                var keys = PlaybackKeys()
                while true {
                    let typed = RawKeyboard.wait(keyboard, seconds: .infinity)
                    if typed.contains(where: { keys.take($0) == .quit }) { return session.leave() }
                }
            }
        }
        session.start()
        let outcome = try await session.outcome.get()
        if isatty(STDOUT_FILENO) == 1 {
            _ = tidy.withLock { $0.sequence }.withUnsafeBytes { StandardOutput.write($0) }
        }
        return outcome
    }

    private struct Notes {
        private var hasSaidSize = false
        private var names: [String]?

        mutating func text(for message: TerminalControl) -> String? {
            switch message {
            case .resize(let columns, let rows):
                guard !hasSaidSize, let here = CastPlayer.terminalSize, here.columns < columns || here.rows < rows
                else {
                    return nil
                }
                hasSaidSize = true
                return "the session has \(columns) by \(rows), this terminal \(here.columns) by \(here.rows)"
            case .watchers(let names):
                defer { self.names = names }
                guard let before = self.names, before != names else { return nil }
                return "watching now: \(names.joined(separator: ", "))"
            case .error(let message): return message
            default: return nil
            }
        }
    }
}
