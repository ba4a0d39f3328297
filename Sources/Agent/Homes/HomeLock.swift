import Glibc

/// One change at a time to one user's file. The lock lies in the agent's own directory, where no user can hold it,
/// and works where homes are on NFS.
struct HomeLock: ~Copyable {
    private let file: Descriptor

    init(uid: UInt32, in directory: String, patience: Int = 10) throws(HomeFileError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw HomeFileError(call: "mkdir") }
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        let file = try Descriptor(open(directory + "/\(uid)", flags, 0o600), "open")
        let end = time(nil) + patience
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw HomeFileError(call: "flock") }
            guard time(nil) < end else { throw .busy }
            usleep(2_000)
        }
        self.file = file
    }
}
