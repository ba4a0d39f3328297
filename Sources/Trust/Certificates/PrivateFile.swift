package import Glibc

/// Files that hold keys: made with mode 0600 before the first byte is in them, whole or not at all, never through a link.
package enum PrivateFile {
    package static func write(_ contents: Secret, to path: String) throws {
        try contents.withBytes { try write(Array($0), to: path, mode: 0o600) }
    }

    /// Replaces `path` atomically and durably.
    package static func write(_ contents: [UInt8], to path: String, mode: mode_t) throws {
        let temporary = "\(path).\(RandomToken.base64URL(RandomToken.random(6)))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < contents.count {
            let count = contents[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
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
        // The name is durable when the directory is.
        let directory = open(
            path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".",
            O_RDONLY | O_DIRECTORY | O_CLOEXEC
        )
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
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
