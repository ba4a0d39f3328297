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
        var onSignal: @Sendable (CInt) -> Void = { _ in }
        /// Where keys are read on the session's event loop.
        var keys: (any Channel)?
        /// The terminal could not be opened once more: a thread reads keys from standard input.
        var isReadByThread = false

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
        state.withLock { $0.onSignal = onSignal }
        DetachedThread.start { TerminalReader(terminal: self, mailbox: self.mailbox, onSignal: onSignal).run() }
    }

    package func begin(_ session: TerminalSession) {
        let onSignal = state.withLock { state in
            var attributes = termios()
            if tcgetattr(STDIN_FILENO, &attributes) == 0 { state.original = attributes }
            state.makeRaw()
            state.session = session
            return state.onSignal
        }
        let keys = TypedKeys(terminal: self, onSignal: onSignal)
        TerminalKeysHandler.read(session, on: session.loop, keys: keys).whenComplete { [self] result in
            let isPaused = state.withLock { state in
                switch result {
                case .success(let channel): state.keys = channel
                case .failure: state.isReadByThread = true
                }
                return state.isPaused
            }
            if isPaused { pauseKeys(true) }
            mailbox.wake()
        }
    }

    private func pauseKeys(_ isPaused: Bool) {
        guard let channel = state.withLock({ $0.keys }) else { return }
        channel.setOption(.autoRead, value: !isPaused).whenFailure { _ in }
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
        guard changed else { return }
        pauseKeys(isPaused)
        mailbox.wake()
    }

    package func note(_ text: String) {
        StandardError.line("\r\n[vigocli: \(Shown.text(text))]\r")
    }

    /// For the thread; nil while it is not to read keys.
    var reader: TerminalSession? {
        state.withLock { $0.isPaused || !$0.isReadByThread ? nil : $0.session }
    }
    var session: TerminalSession? { state.withLock { $0.session } }
}
