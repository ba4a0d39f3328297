import Glibc
import NIOCore

/// Waits for keys and signals, in a thread of its own: a terminal made non-blocking would be so for every other program on it.
struct TerminalReader {
    let terminal: SystemTerminal
    let mailbox: TerminalMailbox
    let onSignal: @Sendable (CInt) -> Void

    private static let largestRead = 64 * 1024

    func run() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.largestRead, alignment: 16)
        while true {
            let session = terminal.reader
            var polled = [
                pollfd(fd: mailbox.readable, events: Int16(POLLIN), revents: 0),
                pollfd(fd: session == nil ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) > 0 else { continue }
            if polled[0].revents != 0 { mailbox.take().forEach(take) }
            guard polled[1].revents != 0, let session else { continue }
            let count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count > 0 {
                session.typed(ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])))
            } else if count == 0 || errno != EINTR {
                // The terminal is gone, and the operator with it.
                return onSignal(SIGHUP)
            }
        }
    }

    private func take(_ signal: CInt) {
        if signal == SIGWINCH { terminal.session?.resized() } else if signal != 0 { onSignal(signal) }
    }
}
