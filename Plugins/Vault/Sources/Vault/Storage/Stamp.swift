import Glibc

/// By which it is seen that a file or directory changed.
struct Stamp: Equatable {
    private let inode: UInt
    private let size: Int
    private let modified: Int64
    private let changed: Int64

    init(_ status: stat) {
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    /// A change within the same tick of the kernel's clock would not show: what was looked at so soon after it was
    /// changed must be looked at again.
    func isSettled(at now: timespec) -> Bool { Self.nanoseconds(now) - max(modified, changed) > 50_000_000 }

    static var now: timespec {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
