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
        var keys = EscapeKeys()
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
                deliver(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: session, &keys)
            } else if count == 0 || errno != EINTR {
                // The terminal is gone, and the operator with it.
                return onSignal(SIGHUP)
            }
        }
    }

    private func take(_ signal: CInt) {
        switch signal {
        case 0: break
        case SIGWINCH: terminal.session?.resized()
        case SIGTSTP: terminal.suspend()
        case SIGCONT: terminal.resume()
        default: onSignal(signal)
        }
    }

    private func deliver(_ typed: UnsafeRawBufferPointer, to session: TerminalSession, _ keys: inout EscapeKeys) {
        var rest = typed
        while !rest.isEmpty {
            let (bytes, command, taken) = keys.take(rest)
            if !bytes.isEmpty { session.typed(ByteBuffer(bytes: bytes)) }
            switch command {
            case .hangUp: return onSignal(SIGHUP)
            case .suspend: terminal.suspend()
            case .help: terminal.note(EscapeKeys.help)
            case nil: break
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
        }
    }
}
