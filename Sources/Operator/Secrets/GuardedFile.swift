import Glibc
import Trust

/// Files that nobody but root, or whoever runs this program, can have written.
enum GuardedFile {
    /// Nil where there is none. A link, a file of somebody else's, or one that others may write is refused.
    static func read(_ path: String, upTo limit: Int) throws(OperatorError) -> [UInt8]? {
        try secret(path, upTo: limit, refusing: 0o022)?.withBytes { Array($0) }
    }

    /// The same, for keys: nobody else may even read them.
    static func readKey(_ path: String, upTo limit: Int) throws(OperatorError) -> Secret? {
        try secret(path, upTo: limit, refusing: 0o077)
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    static func write(_ contents: [UInt8], to path: String, mode: mode_t = 0o600) throws(OperatorError) {
        do { try PrivateFile.write(contents, to: path, mode: mode) } catch { throw OperatorError("\(error)") }
    }

    static func write(_ contents: Secret, to path: String) throws(OperatorError) {
        do { try PrivateFile.write(contents, to: path) } catch { throw OperatorError("\(error)") }
    }

    /// True when it was there. It does not come back with a power cut.
    @discardableResult
    static func remove(_ path: String) throws(OperatorError) -> Bool {
        if unlink(path) == 0 {
            try syncDirectory(of: path)
            return true
        }
        guard errno == ENOENT || errno == ENOTDIR else { throw failure(path) }
        return false
    }

    static func syncDirectory(of path: String) throws(OperatorError) {
        guard PrivateFile.syncDirectory(of: path) else { throw failure(path) }
    }

    /// As the server makes its data directory. A path without a slash at its beginning has its parents already.
    static func makeParents(of path: String) throws(OperatorError) {
        guard path.hasPrefix("/") else { return }
        var parent = ""
        for part in path.split(separator: "/").dropLast() {
            parent += "/" + part
            guard mkdir(parent, 0o700) == 0 || errno == EEXIST else { throw failure(parent) }
        }
    }

    static func failure(_ path: String, _ number: Int32 = errno) -> OperatorError {
        let hint = number == EACCES || number == EPERM ? "; the vault is root's: use sudo" : ""
        return OperatorError("\(path): \(String(cString: strerror(number)))\(hint)")
    }

    private static func secret(_ path: String, upTo limit: Int, refusing mode: mode_t) throws(OperatorError) -> Secret?
    {
        // A FIFO that somebody put in its place must not keep us.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            if errno == ELOOP { throw OperatorError("\(path) is a link; a file is expected there") }
            throw failure(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw OperatorError("\(path) is no file") }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw OperatorError("\(path) belongs to user \(status.st_uid): it must be root's")
        }
        guard status.st_mode & mode == 0 else {
            let others = mode == 0o077 ? "read it" : "change it"
            throw OperatorError("\(path): others may \(others); chmod 600 \(path)")
        }
        guard status.st_size <= limit else { throw OperatorError("\(path) is larger than it can be") }
        return try DescriptorReader.read(descriptor, upTo: limit, named: path)
    }
}
