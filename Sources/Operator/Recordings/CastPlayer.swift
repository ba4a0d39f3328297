import Glibc

/// Plays a recording in this terminal.
package struct CastPlayer {
    package struct Options: Sendable {
        package var speed = 1.0
        package var idleLimit: Double?
        /// In the recording's own time, silences included.
        package var start = 0.0

        package init() {}
    }

    /// How far an arrow key goes, in seconds.
    package static let step = 5.0
    private static let speeds = 1.0 / 16...64

    private let file: CastFile
    private let timeline: PlaybackTimeline
    private var speed: Double
    private let start: Double
    private var position = 0
    private var now = 0.0
    private var isPaused = false
    private var tidy = TerminalTidy()

    package init(_ file: CastFile, _ options: Options) {
        self.file = file
        timeline = PlaybackTimeline(file.times, idleLimit: options.idleLimit)
        speed = options.speed
        start = options.start
    }

    package mutating func run() {
        let keyboard = RawKeyboard()
        defer { keyboard?.restore() }
        var keys = PlaybackKeys()
        if start > 0 { seek(timeline.due(at: start, file.times)) }
        while position < file.count || (isPaused && keyboard != nil) {
            let next = position < file.count ? timeline.due[position] : .infinity
            let wait = isPaused ? Double.infinity : max(0, (next - now) / speed)
            let started = Self.clock
            let typed = RawKeyboard.wait(keyboard, seconds: wait)
            if !isPaused { now = min(next, now + (Self.clock - started) * speed) }
            for byte in typed {
                guard let command = keys.take(byte) else { continue }
                if command == .quit { return finish() }
                obey(command)
            }
            if !isPaused, position < file.count, timeline.due[position] <= now {
                guard show(position) else { return }
                position += 1
            }
        }
        finish()
    }

    private mutating func obey(_ command: PlaybackKeys.Command) {
        switch command {
        case .pause: isPaused.toggle()
        case .faster: speed = min(Self.speeds.upperBound, speed * 2)
        case .slower: speed = max(Self.speeds.lowerBound, speed / 2)
        case .forward: seek(now + Self.step)
        case .back: seek(now - Self.step)
        case .quit: break
        }
    }

    /// Backwards there is only one way: from the beginning.
    private mutating func seek(_ time: Double) {
        now = min(max(0, time), timeline.duration)
        let target = timeline.count(until: now)
        if target < position {
            write(Array("\u{1B}[!p\u{1B}[?1049l\u{1B}[0m\u{1B}[2J\u{1B}[H".utf8))
            position = 0
        }
        while position < target, show(position) { position += 1 }
    }

    private mutating func show(_ index: Int) -> Bool {
        guard let event = file.event(index), event.kind == .output else { return true }
        tidy.take(event.data)
        return write(event.data)
    }

    @discardableResult
    private func write(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { StandardOutput.write($0) } }

    /// A program that was cut short in the recording must not leave this terminal on its screen.
    private func finish() {
        if isatty(STDOUT_FILENO) == 1 { write(tidy.sequence) }
    }

    /// Of the terminal on standard output; nil where it is none.
    package static var terminalSize: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private static var clock: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
