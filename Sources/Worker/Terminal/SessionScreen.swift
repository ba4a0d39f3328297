import CLinux
import Glibc
import WorkerProtocol

/// The model of a session's screen with its clock and its way to the broker. Everything happens on the plugin's thread: while it
/// writes, and when it has nothing to do.
final class SessionScreen {
    /// Readable when a tick is due.
    let timer: Int32
    private let feed: ScreenFeed
    private let socket: MessageSocket
    private var due: Double?

    static let interval = 0.25
    private static let largestText = 64 << 10
    private static let largestPaint = WorkerFrame.maximumPayload - 1024

    /// Nil where the broker asks for none.
    init?(_ start: StartSession, socket: MessageSocket) {
        guard start.abilities.contains(.screen) else { return nil }
        let feed = ScreenFeed(
            columns: Int(start.columns),
            rows: Int(start.rows),
            tellsText: start.abilities.contains(.text)
        )
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
        guard let feed, timer >= 0 else {
            StandardError.log(level: 2, "there is no model of the screen: nothing is found in it, and nobody can watch")
            if timer >= 0 { close(timer) }
            return nil
        }
        self.feed = feed
        self.socket = socket
    }

    deinit { close(timer) }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        feed.feed(bytes)
        if feed.toldBytes >= Self.largestText { tell() }
        if due == nil { arm() } else { tickWhenDue() }
    }

    func resize(columns: UInt32, rows: UInt32) {
        feed.resize(columns: Int(clamping: columns), rows: Int(clamping: rows))
        if due == nil { arm() }
    }

    func tickWhenDue() {
        guard let due, Self.now >= due else { return }
        self.due = nil
        var expirations: UInt64 = 0
        _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
        feed.tick(at: Self.now)
        tell()
        if feed.hasWork { arm() }
    }

    /// Behind everything that was shown so far.
    func show(_ request: UInt32) {
        let picture = feed.snapshot()
        let paint = picture.bytes.count <= Self.largestPaint ? picture.bytes : []
        socket.send(
            .screen(request, columns: UInt32(picture.columns), rows: UInt32(picture.rows), paint: paint)
        )
    }

    /// The last line as well.
    func end() {
        tellRest()
        feed.tick(at: Self.now, isLast: true)
        tellRest()
    }

    /// As much as the broker takes without waiting; the rest has time.
    private func tell() {
        while feed.hasText, socket.flush() {
            socket.send(.text(feed.takeTold(upTo: Self.largestText)))
        }
    }

    private func tellRest() {
        while feed.hasText { socket.send(.text(feed.takeTold(upTo: Self.largestText))) }
    }

    private func arm() {
        let time = Self.now + Self.interval
        due = time
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(time)
        setting.it_value.tv_nsec = Int((time - Double(Int(time))) * 1e9)
        timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
