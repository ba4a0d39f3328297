import CLinux
import Glibc

/// `~/.ssh/authorized_keys` of one user, reached with that user's permissions and without following a link.
struct HomeKeys {
    static let name = "authorized_keys"
    static let temporaryPrefix = ".authorized_keys.vigo-"
    /// sshd itself reads no more of it than this in any sensible time.
    static let limit = 1 << 20

    let account: UserAccount

    struct Contents {
        let file: AuthorizedKeysFile
        let status: stat
        /// As the kernel keeps it; empty where there is none.
        let acl: [UInt8]
    }

    /// Nil where the user has none, which is the usual case.
    func read() throws(HomeFileError) -> AuthorizedKeysFile? {
        do {
            return try contents(in: directory()).file
        } catch .missing {
            return nil
        }
    }

    func directory() throws(HomeFileError) -> Descriptor {
        // The home's own path may hold links: the administrator chose it.
        let home = try Descriptor(clinux_open_directory(account.home), "open")
        return try Descriptor(
            clinux_open_beneath(home.number, ".ssh", O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0),
            "open"
        )
    }

    func contents(in directory: borrowing Descriptor, name: String = HomeKeys.name) throws(HomeFileError) -> Contents {
        // Without waiting: a FIFO would hold this process until somebody writes to it.
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY
        let file = try Descriptor(clinux_open_beneath(directory.number, name, flags, 0), "open")
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard status.st_uid == account.uid else { throw .foreignOwner }
        guard status.st_size <= Self.limit else { throw .tooLarge }
        return Contents(
            file: AuthorizedKeysFile(try file.read(limit: Self.limit)),
            status: status,
            acl: try FileACL.read(file)
        )
    }
}
