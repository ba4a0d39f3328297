import Glibc
import NIOCore
import Synchronization

/// Bytes as they come, without a buffer in between.
package enum StandardOutput {
    private static let failure = Mutex<Int32?>(nil)

    /// False when nobody reads them any more.
    @discardableResult
    package static func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else if errno == EAGAIN {
                // A terminal may take a moment: waiting for it slows down who writes.
                var polled = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&polled, 1, -1)
            } else if errno != EINTR {
                let reason = errno
                failure.withLock { $0 = $0 ?? reason }
                return false
            }
        }
        return true
    }

    /// Once everything has been written, here and by `print`: an answer that got lost on the way is no success.
    /// Nil when all of it arrived, else the kernel's reason.
    package static func finish() -> Int32? {
        let printed = fflush(nil) == 0 ? nil : errno
        return failure.withLock { $0 } ?? printed
    }
}
