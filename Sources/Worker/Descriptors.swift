import Glibc

/// A library's `printf` or a stray `read` must never touch a protocol stream, so the streams leave 0 and 1 first.
enum Descriptors {
    static func moveAway(_ descriptor: Int32) -> Int32 {
        fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    }

    /// -1 where the plugin is given no transport.
    static func moveAwayTransport() -> Int32 {
        var status = stat()
        guard fstat(1, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return -1 }
        return moveAway(1)
    }

    /// Reading finds nothing, printing goes to the log.
    static func detachStandardStreams() {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if null >= 0 {
            dup2(null, 0)
            close(null)
        } else {
            close(0)
        }
        dup2(2, 1)
    }
}
