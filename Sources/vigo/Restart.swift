import Glibc

/// Becoming another version of this program, in the same process: a service manager sees no end.
enum Restart {
    /// Returns only when it failed, with errno.
    static func replaceThisProcess(by program: String) {
        // Sockets and files of this version are none of the next one's.
        closeOnExec(from: 3)
        var arguments = ([program] + CommandLine.arguments.dropFirst()).map { strdup($0) } + [nil]
        execv(program, &arguments)
    }

    private static func closeOnExec(from first: Int32) {
        guard let listing = opendir("/proc/self/fd") else { return }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number >= first { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }
}
