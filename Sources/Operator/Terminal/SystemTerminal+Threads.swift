import Glibc
import NIOCore

extension SystemTerminal {
    /// Hands signals to `onSignal` from now on, keys and sizes to the session once it began.
    package func watch(onSignal: @escaping @Sendable (CInt) -> Void) {
        DetachedThread.start {
            var set = Self.signals
            while true {
                var signal: CInt = 0
                guard sigwait(&set, &signal) == 0 else { continue }
                if signal == SIGWINCH { self.session?.resized() } else { onSignal(signal) }
            }
        }
        DetachedThread.start { self.readKeys(onHangUp: { onSignal(SIGHUP) }) }
    }

    private static let largestRead = 64 * 1024

    /// A read of its own thread's: a terminal made non-blocking would be so for every other program on it.
    private func readKeys(onHangUp: () -> Void) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.largestRead, alignment: 16)
        while true {
            let session = reader
            var polled = [
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: session == nil ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) > 0 else { continue }
            if polled[0].revents != 0 { _ = read(wake.read, buffer.baseAddress, buffer.count) }
            guard polled[1].revents != 0, let session else { continue }
            let count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count > 0 {
                session.typed(ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])))
            } else if count == 0 || errno != EINTR {
                // The terminal is gone, and the operator with it.
                return onHangUp()
            }
        }
    }
}
