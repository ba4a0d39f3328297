import Glibc

/// What a thread that waits for keys has to hear about as well. A signal can arrive on any thread, and its handler may do
/// next to nothing, so that it goes through a pipe.
struct TerminalMailbox: Sendable {
    static let signals = [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT]

    let readable: CInt
    private let writable: CInt

    init() throws(OperatorError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw OperatorError("out of file descriptors") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readable, writable) = (ends[0], ends[1])
    }

    func wake() { Self.post(0, to: writable) }

    /// Everything that was posted since: zeros, and the numbers of signals.
    func take() -> [CInt] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(readable, &bytes, bytes.count)
        return bytes.prefix(max(count, 0)).map(CInt.init)
    }

    func collectSignals() {
        signalPipe = writable
        for number in Self.signals {
            signal(number) { number in
                let saved = errno
                TerminalMailbox.post(UInt8(number), to: signalPipe)
                errno = saved
            }
        }
        signal(SIGPIPE, SIG_IGN)
    }

    private static func post(_ byte: UInt8, to pipe: CInt) {
        var byte = byte
        _ = write(pipe, &byte, 1)
    }
}

/// Written once, before the handlers that read it exist.
nonisolated(unsafe) private var signalPipe: CInt = -1
