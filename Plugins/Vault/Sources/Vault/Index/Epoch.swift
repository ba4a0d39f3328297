import Glibc

/// Grows with each change. It begins with the time, so that it grows over a restart too, and over changes that were made
/// while nobody looked.
struct Epoch {
    private(set) var value: UInt64

    init(now: timespec = Stamp.now) { value = Self.milliseconds(now) }

    mutating func grow(now: timespec = Stamp.now) { value = max(value + 1, Self.milliseconds(now)) }

    private static func milliseconds(_ now: timespec) -> UInt64 {
        UInt64(max(0, now.tv_sec)) * 1000 + UInt64(now.tv_nsec / 1_000_000)
    }
}
