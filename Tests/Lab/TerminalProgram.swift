package import Foundation

/// A program on a terminal of its own, as a person runs it: typed to and read from.
package final class TerminalProgram: @unchecked Sendable {
    package var processID: pid_t { child.processID }
    private let child: Child
    private let controller: Int32
    private let lock = NSCondition()
    private let kept: Int
    private var received: [UInt8] = []
    private var total = 0
    private var paused = false
    private var isClosed = false

    package init(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        columns: UInt16 = 80,
        rows: UInt16 = 24,
        keeping kept: Int = 1 << 18
    ) throws {
        self.kept = kept
        var controller: Int32 = -1
        var terminal: Int32 = -1
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&controller, &terminal, &name, nil, &size) == 0 else { throw POSIXError(.EIO) }
        defer { close(terminal) }
        _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
        self.controller = controller

        let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        // Opened by name in a session of its own, the terminal becomes the program's controlling one.
        child = try Child(
            executable,
            arguments,
            environment: environment,
            standard: Array(repeating: (path: path, flags: O_RDWR), count: 3),
            ownSession: true
        )
        Thread.detachNewThread { [self] in readUntilClosed() }
    }

    deinit { close(controller) }

    private func readUntilClosed() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if lock.withLock({ paused }) {
                usleep(20_000)
                continue
            }
            let count = read(controller, &buffer, buffer.count)
            guard count > 0 else { return lock.withLock { isClosed = true } }
            lock.withLock {
                received += buffer[..<count]
                total += count
                // A test of a gigabyte must not hold one.
                if received.count > 2 * kept { received.removeFirst(received.count - kept) }
                lock.broadcast()
            }
        }
    }

    /// Bytes that the program has shown so far.
    package var totalReceived: Int { lock.withLock { total } }

    /// The last of what the program showed.
    package var screen: String { lock.withLock { String(decoding: received, as: UTF8.self) } }

    /// Blocks until more than `count` bytes have been shown; false when that took longer than a second.
    package func waitForMore(than count: Int) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let limit = Date(timeIntervalSinceNow: 1)
        while total <= count { guard lock.wait(until: limit) else { return false } }
        return true
    }

    /// Blocks until `text` is among the last that was shown; false when that took longer than `seconds`.
    package func waitForEnding(_ text: String, seconds: Double) -> Bool {
        let wanted = Data(text.utf8)
        lock.lock()
        defer { lock.unlock() }
        let limit = Date(timeIntervalSinceNow: seconds)
        while Data(received.suffix(wanted.count + 1024)).range(of: wanted) == nil {
            guard lock.wait(until: limit) else { return false }
        }
        return true
    }

    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Stops reading, as a person does who presses Ctrl-S.
    package func pause() { lock.withLock { paused = true } }
    package func resume() { lock.withLock { paused = false } }

    package func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    package var attributes: termios {
        var attributes = termios()
        tcgetattr(controller, &attributes)
        return attributes
    }

    package func send(signal: Int32) { child.signal(signal) }

    /// Waits until `text` is on the screen; throws what stood there when it never came.
    package func expect(_ text: String, within limit: Duration = .seconds(20)) async throws {
        try await eventually(
            "\(text.debugDescription) on the screen",
            within: limit,
            else: { self.screen.suffix(2000).debugDescription }
        ) {
            self.screen.contains(text)
        }
    }

    /// The exit status as a shell would show it: 128+n after a signal.
    package func exitStatus(within limit: Duration = .seconds(20)) async throws -> Int32 {
        try await eventually("end of the program", within: limit, else: { self.screen.suffix(2000).debugDescription }) {
            !self.child.isRunning
        }
        // Its last words may still be on their way to the screen.
        let end = Date(timeIntervalSinceNow: 2)
        while !lock.withLock({ isClosed || paused }), Date() < end { try await Task.sleep(for: .milliseconds(5)) }
        return child.waitUntilExit()
    }
}
