import Glibc
import NIOCore

/// Waits for signals, and for keys where TerminalKeysHandler cannot, in a thread of its own: standard input made non-blocking would
/// be so for every other program that has it.
struct TerminalReader {
    let terminal: SystemTerminal
    let mailbox: TerminalMailbox
    let onSignal: @Sendable (CInt) -> Void

    private static let largestRead = 64 * 1024

    func run() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.largestRead, alignment: 16)
        var keys = TypedKeys(terminal: terminal, onSignal: onSignal)
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
                keys.deliver(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: session)
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
}
