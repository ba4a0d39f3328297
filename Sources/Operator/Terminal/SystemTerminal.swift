import Glibc
package import NIOCore
import Synchronization

/// The terminal on standard input and output. There is one in a process.
package final class SystemTerminal: OperatorTerminal {
    private struct State {
        /// As it was found; kept for as long as the process may have to put it back.
        var original: termios?
        var isRaw = false
        var isOver = false
        var isPaused = false
        var session: TerminalSession?

        mutating func makeRaw() {
            guard !isOver, !isRaw, var attributes = original else { return }
            cfmakeraw(&attributes)
            isRaw = tcsetattr(STDIN_FILENO, TCSANOW, &attributes) == 0
        }

        /// Does not wait for what is still to be shown: a terminal that shows nothing any more would keep the process for ever.
        mutating func putBack() {
            guard isRaw, var attributes = original else { return }
            tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
            isRaw = false
        }
    }

    private let state = Mutex(State())
    private let mailbox: TerminalMailbox

    /// Before anything is asked of a server.
    package static func insist() throws(OperatorError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw OperatorError("a session needs a terminal: stdin and stdout must both be terminals")
        }
    }

    package init() throws(OperatorError) {
        try Self.insist()
        mailbox = try TerminalMailbox()
    }

    package var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Hands signals to `onSignal` from now on, keys and sizes to the session once it began.
    package func watch(onSignal: @escaping @Sendable (CInt) -> Void) {
        mailbox.collectSignals()
        DetachedThread.start { TerminalReader(terminal: self, mailbox: self.mailbox, onSignal: onSignal).run() }
    }

    package func begin(_ session: TerminalSession) {
        state.withLock { state in
            var attributes = termios()
            if tcgetattr(STDIN_FILENO, &attributes) == 0 { state.original = attributes }
            state.makeRaw()
            state.session = session
        }
        mailbox.wake()
    }

    /// Puts the terminal back as it was, for good. May be called more than once.
    package func restore() {
        state.withLock { state in
            state.isOver = true
            state.putBack()
        }
    }

    /// Gives the terminal to the shell that started vigocli. The threads do not all stop at once, so that taking it back waits for
    /// the signal to go on.
    func suspend() {
        state.withLock { $0.putBack() }
        kill(getpid(), SIGSTOP)
    }

    /// The shell may have set the terminal as it likes it meanwhile.
    func resume() {
        let session = state.withLock { state in
            state.isRaw = false
            if state.session != nil { state.makeRaw() }
            return state.session
        }
        session?.resized()
    }

    package func write(_ bytes: ByteBufferView) {
        _ = bytes.withUnsafeBytes { StandardOutput.write($0) }
    }

    package func pause(_ isPaused: Bool) {
        let changed = state.withLock { state in
            defer { state.isPaused = isPaused }
            return state.isPaused != isPaused
        }
        if changed { mailbox.wake() }
    }

    package func note(_ text: String) {
        StandardError.line("\r\n[vigocli: \(Shown.text(text))]\r")
    }

    /// Nil while keys are not to be read.
    var reader: TerminalSession? { state.withLock { $0.isPaused ? nil : $0.session } }
    var session: TerminalSession? { state.withLock { $0.session } }
}
