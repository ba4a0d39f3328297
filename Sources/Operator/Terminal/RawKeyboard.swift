import Glibc

/// Single keys from the terminal on standard input, without echo, until it is put back.
struct RawKeyboard {
    private let original: termios

    /// Nil where standard input is no terminal.
    init?() {
        var attributes = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &attributes) == 0 else { return nil }
        original = attributes
        keyboardBefore = attributes
        for number in [SIGTERM, SIGHUP, SIGQUIT] {
            signal(number) { number in
                var before = keyboardBefore
                tcsetattr(STDIN_FILENO, TCSANOW, &before)
                _exit(128 + number)
            }
        }
        cfmakeraw(&attributes)
        tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
    }

    func restore() {
        var attributes = original
        tcsetattr(STDIN_FILENO, TCSANOW, &attributes)
    }

    /// What was typed within that time; sleeps where there is no keyboard.
    static func wait(_ keyboard: RawKeyboard?, seconds: Double) -> [UInt8] {
        var entry = pollfd(fd: keyboard == nil ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        // Rounded up: rounded down, the last millisecond would be spent in a loop.
        let milliseconds = seconds.isFinite ? Int32(min(3_600_000, (seconds * 1000).rounded(.up))) : -1
        guard poll(&entry, 1, milliseconds) == 1 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        // A terminal that is gone will not end the playback by a key.
        return count > 0 ? Array(bytes[..<count]) : [UInt8(ascii: "q")]
    }
}

/// Written once, before the handlers that read it exist.
nonisolated(unsafe) private var keyboardBefore = termios()
