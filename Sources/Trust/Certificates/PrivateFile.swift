package import Glibc

/// Files that hold keys: made with mode 0600 before the first byte is in them, whole or not at all, never through a link.
package enum PrivateFile {
    /// Between a file's name and eight random letters, in the name of what is not whole yet: as nobody calls a copy that he
    /// keeps.
    package static let unfinished = ".new-"

    /// Straight from the secret's own memory: nobody would wipe a copy.
    package static func write(_ contents: Secret, to path: String) throws {
        try contents.withBytes { try write($0, to: path, mode: 0o600) }
    }

    /// Replaces `path` atomically and durably.
    package static func write(_ contents: [UInt8], to path: String, mode: mode_t) throws {
        try contents.withUnsafeBytes { try write($0, to: path, mode: mode) }
    }

    private static func write(_ contents: UnsafeRawBufferPointer, to path: String, mode: mode_t) throws {
        let temporary = "\(path)\(unfinished)\(RandomToken.base64URL(RandomToken.random(6)))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < contents.count {
            let count = Glibc.write(descriptor, contents.baseAddress! + written, contents.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return try abandon(temporary, descriptor, path) }
            written += count
        }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            return try abandon(temporary, descriptor, path)
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let error = failure(path)
            unlink(temporary)
            throw error
        }
        guard syncDirectory(of: path) else { throw failure(path) }
    }

    /// A name is durable when its directory is. False, with `errno`, where the disk refused; a directory that we may write to but
    /// not read, and a file system that cannot, are left to the kernel.
    package static func syncDirectory(of path: String) -> Bool {
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return true }
        let isDone = fsync(directory) == 0 || errno == EINVAL
        let error = errno
        close(directory)
        errno = error
        return isDone
    }

    private static func abandon(_ temporary: String, _ descriptor: Int32, _ path: String) throws {
        let error = failure(path)
        close(descriptor)
        unlink(temporary)
        throw error
    }

    private static func failure(_ path: String) -> TrustError {
        .file(path: path, reason: String(cString: strerror(errno)))
    }
}
