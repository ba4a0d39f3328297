import CLinux
import Glibc

/// One descriptor to poll for everything that may wake a plugin: the message socket, and a flag for what has been read
/// from it but not pulled. It is only raised when a plugin stops in the middle, so the usual keystroke never touches it.
final class Wake {
    let descriptor: Int32
    private let socket: Int32
    private let flag: Int32
    private var isRaised = false
    private var watchesForRoom = false
    private var socketIsForgotten = false

    init?(socket: Int32) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        flag = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        self.socket = socket
        guard descriptor >= 0, flag >= 0 else { return nil }
        guard control(EPOLL_CTL_ADD, socket, EPOLLIN.rawValue), control(EPOLL_CTL_ADD, flag, EPOLLIN.rawValue) else {
            return nil
        }
    }

    deinit {
        close(descriptor)
        close(flag)
    }

    func set(_ raised: Bool) {
        guard raised != isRaised else { return }
        isRaised = raised
        var value: UInt64 = 1
        if raised {
            _ = write(flag, &value, MemoryLayout<UInt64>.size)
        } else {
            _ = read(flag, &value, MemoryLayout<UInt64>.size)
        }
    }

    func watchForRoom(_ watches: Bool) {
        guard watches != watchesForRoom, !socketIsForgotten else { return }
        watchesForRoom = watches
        _ = control(EPOLL_CTL_MOD, socket, EPOLLIN.rawValue | (watches ? EPOLLOUT.rawValue : 0))
    }

    /// A closed socket stays readable for ever.
    func forgetSocket() {
        guard !socketIsForgotten else { return }
        socketIsForgotten = true
        _ = control(EPOLL_CTL_DEL, socket, 0)
    }

    private func control(_ operation: Int32, _ target: Int32, _ events: UInt32) -> Bool {
        var event = epoll_event()
        event.events = events
        return epoll_ctl(descriptor, operation, target, &event) == 0
    }

    /// Wakes whoever polls when that descriptor is readable as well.
    func watch(_ other: Int32) { _ = control(EPOLL_CTL_ADD, other, EPOLLIN.rawValue) }
}
