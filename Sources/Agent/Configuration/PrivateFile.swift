import Glibc

/// Reading and replacing the agent's own files, whole.
enum PrivateFile {
    static func read(_ path: String, limit: Int = 1 << 20) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        if file < 0, errno == ENOTDIR { throw FileError(path: path, reason: .notDirectory) }
        do {
            return try Descriptor(file, "open").read(limit: limit)
        } catch {
            throw FileError(path: path, reason: error)
        }
    }

    static func text(_ path: String) throws(FileError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// In one step, for the owner alone: after a crash there is the old file or the new one.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(FileError) {
        let temporary = path + ".new"
        do {
            unlink(temporary)
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let file = try Descriptor(open(temporary, flags, mode), "create")
            try file.write(bytes)
            guard fsync(file.number) == 0 else { throw HomeFileError(call: "fsync") }
            guard rename(temporary, path) == 0 else { throw HomeFileError(call: "rename") }
        } catch let error as HomeFileError {
            unlink(temporary)
            throw FileError(path: path, reason: error)
        } catch {
            throw FileError(path: path, reason: .notRegular)
        }
    }

    /// False where there is none for certain: one that may not be looked at, or a path through a file, is for whoever reads
    /// it to tell.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0 || errno != ENOENT
    }

    /// The directory and those above it, the last one for the owner alone.
    static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 { return }
        if errno == EEXIST {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError(path: path, reason: .notDirectory)
            }
            return
        }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileError(path: path, reason: HomeFileError(call: "mkdir"))
        }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw FileError(path: path, reason: HomeFileError(call: "mkdir"))
        }
    }
}

/// A file of the agent's own that cannot be used.
package struct FileError: Error, CustomStringConvertible {
    let path: String
    let reason: HomeFileError

    package var description: String { "\(path): \(reason)" }
}
