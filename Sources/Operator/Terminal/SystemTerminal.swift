import Glibc
package import NIOCore
import Synchronization

/// The terminal on standard input and output. There is one in a process.
package final class SystemTerminal: OperatorTerminal {
    private struct State {
        var saved: termios?
        var isPaused = false
        var session: TerminalSession?
    }

    private let state = Mutex(State())
    private let mailbox: TerminalMailbox

    package init() throws(OperatorError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw OperatorError("a session needs a terminal: stdin and stdout must both be terminals")
        }
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
        var attributes = termios()
        tcgetattr(STDIN_FILENO, &attributes)
        let saved = attributes
        cfmakeraw(&attributes)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes)
        state.withLock {
            $0.saved = saved
            $0.session = session
        }
        mailbox.wake()
    }

    /// Puts the terminal back as it was. May be called more than once.
    package func restore() {
        guard var saved = state.withLock({ $0.saved.take() }) else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
    }

    package func write(_ bytes: ByteBufferView) {
        bytes.withUnsafeBytes { writeAll(STDOUT_FILENO, $0) }
    }

    package func pause(_ isPaused: Bool) {
        let changed = state.withLock { state in
            defer { state.isPaused = isPaused }
            return state.isPaused != isPaused
        }
        if changed { mailbox.wake() }
    }

    package func note(_ text: String) {
        var line = "\r\n[vigocli: \(Shown.text(text))]\r\n"
        line.withUTF8 { writeAll(STDERR_FILENO, UnsafeRawBufferPointer($0)) }
    }

    /// Nil while keys are not to be read.
    var reader: TerminalSession? { state.withLock { $0.isPaused ? nil : $0.session } }
    var session: TerminalSession? { state.withLock { $0.session } }
}

/// A terminal may take a moment: this waits for it, so that a slow one slows the session down.
private func writeAll(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&polled, 1, -1)
        } else if errno != EINTR {
            return
        }
    }
}
