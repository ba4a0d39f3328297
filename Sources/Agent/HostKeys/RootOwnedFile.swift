import Glibc

/// Whether a program may be run as root because nobody but root can have written it, or what stands at its path.
///
/// What `/proc/PID/exe` names is a path in that process's own view of the file system: in a container, whoever
/// made its image chose it, and on the host somebody else may have put a file there.
enum RootOwnedFile {
    static func isTrusted(_ path: String) -> Bool {
        guard path.hasPrefix("/"), !path.contains("/../") else { return false }
        var directory = ""
        let names = path.split(separator: "/")
        guard isSafe("/", S_IFDIR) else { return false }
        for name in names.dropLast() {
            directory += "/\(name)"
            guard isSafe(directory, S_IFDIR) else { return false }
        }
        return isSafe(path, S_IFREG)
    }

    private static func isSafe(_ path: String, _ kind: mode_t) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == kind else { return false }
        // An agent that is not root runs nothing that its own user could not have.
        guard status.st_uid == 0 || status.st_uid == geteuid() else { return false }
        return status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }
}
