package import Foundation

/// glibc's POSIX_SPAWN_SETSID, which it shows with _GNU_SOURCE only.
private let posixSpawnSetSID: Int16 = 0x80

/// A program on a terminal of its own, as a person runs it: typed to and read from.
package final class TerminalProgram: @unchecked Sendable {
    package let processID: pid_t
    private let controller: Int32
    private let lock = NSCondition()
    private let kept = 1 << 18
    private var received: [UInt8] = []
    private var total = 0
    private var paused = false
    private var waitStatus: Int32?

    package init(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        columns: UInt16 = 80,
        rows: UInt16 = 24
    ) throws {
        var controller: Int32 = -1
        var terminal: Int32 = -1
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&controller, &terminal, &name, nil, &size) == 0 else { throw POSIXError(.EIO) }
        defer { close(terminal) }
        _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
        self.controller = controller

        // Opened by name after setsid, the terminal becomes the program's controlling one.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, posixSpawnSetSID)

        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let argv = ([executable.path] + arguments).map { strdup($0) } + [nil]
        let envp = merged.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, executable.path, &actions, &attributes, argv, envp)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        self.processID = processID
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
            guard count > 0 else { return }
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
        while Data(received.suffix(wanted.count + 64)).range(of: wanted) == nil {
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

    package func send(signal: Int32) { kill(processID, signal) }

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
        try await eventually("the program's end", within: limit, else: { self.screen.suffix(2000).debugDescription }) {
            self.lock.withLock {
                if self.waitStatus == nil {
                    var status: Int32 = 0
                    if waitpid(self.processID, &status, WNOHANG) == self.processID { self.waitStatus = status }
                }
                return self.waitStatus != nil
            }
        }
        let status = lock.withLock { waitStatus ?? 0 }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }
}
