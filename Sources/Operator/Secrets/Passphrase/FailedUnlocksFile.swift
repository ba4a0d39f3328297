import Glibc

/// The record of wrong attempts on disk. One process at a time reads, decides and writes.
struct FailedUnlocksFile {
    let path: String

    private static let patience = 50

    func change(_ body: (inout FailedUnlocks) throws(OperatorError) -> Void) throws(OperatorError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GuardedFile.failure(path) }
        defer { close(descriptor) }
        try lock(descriptor)
        var bytes = [UInt8](repeating: 0, count: FailedUnlocks.largestFile)
        let before = max(0, pread(descriptor, &bytes, bytes.count, 0))
        var record = FailedUnlocks(file: Array(bytes[..<before]))
        try body(&record)
        let after = record.file
        guard pwrite(descriptor, after, after.count, 0) == after.count, ftruncate(descriptor, off_t(after.count)) == 0,
            fsync(descriptor) == 0
        else { throw GuardedFile.failure(path) }
    }

    /// Held for moments only; released by closing.
    private func lock(_ descriptor: Int32) throws(OperatorError) {
        for _ in 0..<Self.patience {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw GuardedFile.failure(path) }
            usleep(100_000)
        }
        throw OperatorError("\(path) is held by another program: try again, or `vigocli secrets reset`")
    }
}
