import Glibc

/// The directory of the sealed files. The vault's worker, which has a user of its own, may make files in it and replace
/// its own, but not touch those of root (mode 1770).
struct SecretsDirectory {
    let path: String

    /// Makes it, or puts right who may use it.
    func prepare(group: UInt32) throws(OperatorError) {
        let isRoot = geteuid() == 0
        try GuardedFile.makeParents(of: path)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw GuardedFile.failure(path) }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOTDIR || errno == ELOOP {
                throw OperatorError("\(path) is a link or a file: a directory is expected")
            }
            throw GuardedFile.failure(path)
        }
        defer { close(descriptor) }
        // Without root the worker runs as whoever starts it.
        guard !isRoot || fchown(descriptor, 0, group) == 0, fchmod(descriptor, isRoot ? 0o1770 : 0o700) == 0 else {
            throw GuardedFile.failure(path)
        }
    }

    /// Whether anything but root's own files lies in it.
    var holdsSecrets: Bool {
        guard let stream = opendir(path) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { return true }
        }
        return false
    }
}
