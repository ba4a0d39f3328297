import Glibc

/// Held by scrier-launcher for as long as a vault's worker runs.
struct VaultLockFile {
    let path: String

    init(directory: String) { path = "\(directory)/.lock" }

    /// Looks by trying; whoever tries to take it in the same moment has to try twice.
    func isHeld() throws(OperatorError) -> Bool {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw GuardedFile.failure(path) }
            return false
        }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return false }
        guard errno == EWOULDBLOCK else { throw GuardedFile.failure(path) }
        return true
    }
}
