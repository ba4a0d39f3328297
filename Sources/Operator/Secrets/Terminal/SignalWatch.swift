import Glibc

/// Notes signals that would end or stop the program while the terminal is not as it was found. They may arrive on any
/// thread, so that they go through a pipe.
final class SignalWatch {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

    let readable: Int32
    private let writable: Int32
    private var previous: [(Int32, __sighandler_t?)] = []

    init() throws(OperatorError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw OperatorError("out of file descriptors") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readable, writable) = (ends[0], ends[1])
        watchPipe = writable
        for number in Self.signals {
            let before = signal(number) { number in
                let saved = errno
                var byte = UInt8(number)
                _ = write(watchPipe, &byte, 1)
                errno = saved
            }
            previous.append((number, before))
        }
    }

    /// The first signal that has arrived.
    func take() -> Int32? {
        var byte: UInt8 = 0
        return read(readable, &byte, 1) == 1 ? Int32(byte) : nil
    }

    /// Has the usual effect of a signal that was noted, before this returns if it does.
    static func takeEffect(_ number: Int32) {
        // The kernel spares session leaders a stop from the keyboard.
        let number = number == SIGTSTP ? SIGSTOP : number
        // Threads of Swift's pool block all signals, so that it would stay pending here.
        var (only, before) = (sigset_t(), sigset_t())
        sigemptyset(&only)
        sigaddset(&only, number)
        pthread_sigmask(SIG_UNBLOCK, &only, &before)
        raise(number)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// Signals have the effect again that they had before.
    func end() {
        for (number, before) in previous { signal(number, before) }
        previous = []
        close(readable)
        close(writable)
    }
}

/// One prompt at a time.
nonisolated(unsafe) private var watchPipe: Int32 = -1
