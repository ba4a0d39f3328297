import Crypto
import Glibc

/// Whether a file may be loaded as code: nobody but root, or the server's own user, can have written it.
enum PluginFile {
    struct Problem: Error, Equatable {
        let sentence: String

        static let changing = Problem(sentence: "it was changed while it was looked at")
    }

    /// A file as it was when its digest was taken.
    struct Checked: Equatable {
        let sha256: String
        let identity: FileIdentity
    }

    static func check(_ path: String) throws(Problem) -> Checked {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Problem(sentence: "it cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        try check(descriptor, "the file", isDirectory: false)
        let identity = FileIdentity(descriptor: descriptor)
        let sha256 = try sha256(of: descriptor)
        guard let identity, identity == FileIdentity(descriptor: descriptor) else { throw .changing }
        return Checked(sha256: sha256, identity: identity)
    }

    static func checkDirectory(_ path: String) throws(Problem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else {
            throw Problem(sentence: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        try check(descriptor, path, isDirectory: true)
    }

    private static func check(_ descriptor: Int32, _ name: String, isDirectory: Bool) throws(Problem) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Problem(sentence: "\(name) cannot be examined") }
        let kind = status.st_mode & S_IFMT
        guard kind == (isDirectory ? S_IFDIR : S_IFREG) else {
            throw Problem(sentence: "\(name) is not a regular file")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw Problem(sentence: "\(name) belongs to uid \(status.st_uid), not to root: chown root it")
        }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw Problem(sentence: "\(name) is writable by others than its owner: chmod go-w it")
        }
    }

    private static func sha256(of descriptor: Int32) throws(Problem) -> String {
        var hash = SHA256()
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Problem(sentence: "it cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            hash.update(data: part[..<count])
        }
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
