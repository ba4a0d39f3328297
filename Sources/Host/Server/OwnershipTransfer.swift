import Glibc

/// Gives a directory and what is below it to a user, as root, while programs of that user may be at work in it: nothing
/// is reached by a path that they could turn elsewhere, no link is followed, and a file that has a second name, which may
/// be a system file's, stays root's.
struct OwnershipTransfer {
    /// A file or directory, whatever it is called.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    let uid: UInt32
    let gid: UInt32
    private let spared: Set<Identity>

    /// - Parameter sparing: what stays as it is, with all below it, where it exists: the vault is root's.
    init(uid: UInt32, gid: UInt32, sparing paths: [String] = []) {
        self.uid = uid
        self.gid = gid
        spared = Set(
            paths.compactMap { path in
                var status = stat()
                return lstat(path, &status) == 0 ? Identity(status) : nil
            }
        )
    }

    struct Failure: Error {
        let path: String
        let code: Int32
    }

    func give(_ directory: String) throws(Failure) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path: directory, code: errno) }
        try give(below: descriptor, directory, depth: 0)
    }

    /// Closes `descriptor`.
    private func give(below descriptor: Int32, _ path: String, depth: Int) throws(Failure) {
        guard fchown(descriptor, uid, gid) == 0 else {
            defer { close(descriptor) }
            throw Failure(path: path, code: errno)
        }
        // The stream owns the descriptor from here on.
        guard let stream = fdopendir(descriptor) else {
            defer { close(descriptor) }
            throw Failure(path: path, code: errno)
        }
        defer { closedir(stream) }
        // Deeper than anything of the server's.
        guard depth < 16 else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            try give(name, in: dirfd(stream), path, depth: depth)
        }
    }

    private func give(_ name: String, in directory: Int32, _ parent: String, depth: Int) throws(Failure) {
        let path = "\(parent)/\(name)"
        // A FIFO or a device is not even opened; what takes a name's place in between is seen by the second look.
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, isGivable(status) else { return }
        let handle = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard handle >= 0, fstat(handle, &status) == 0, isGivable(status) else {
            if handle >= 0 { close(handle) }
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR { return try give(below: handle, path, depth: depth + 1) }
        defer { close(handle) }
        guard fchown(handle, uid, gid) == 0 else { throw Failure(path: path, code: errno) }
    }

    private func isGivable(_ status: stat) -> Bool {
        // The vault's directory, which no other has a mode like. Its name proves nothing: the server's user, who owns the directory
        // around it, could have given it another one, and would be given the master key.
        let isVault = status.st_mode & S_IFMT == S_IFDIR && status.st_uid == 0 && status.st_mode & S_ISVTX != 0
        guard !isVault, !spared.contains(Identity(status)) else { return false }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: true
        case S_IFREG: status.st_nlink == 1
        default: false
        }
    }
}
