import CLinux
import Glibc

/// A file's access control list, carried over as the kernel keeps it.
enum FileACL {
    private static let limit = 4096

    /// Empty where there is none, or the file system has none.
    static func read(_ file: borrowing Descriptor) throws(HomeFileError) -> [UInt8] {
        var acl = [UInt8](repeating: 0, count: limit)
        let count = clinux_get_acl(file.number, &acl, acl.count)
        guard count >= 0 else {
            guard isAbsent(errno) else { throw HomeFileError(call: "fgetxattr") }
            return []
        }
        return Array(acl.prefix(count))
    }

    /// An empty one takes away what the directory gave.
    static func write(_ acl: [UInt8], to file: borrowing Descriptor) throws(HomeFileError) {
        guard clinux_set_acl(file.number, acl, acl.count) != 0 else { return }
        guard acl.isEmpty, isAbsent(errno) else { throw HomeFileError(call: "fsetxattr") }
    }

    private static func isAbsent(_ error: Int32) -> Bool { [ENODATA, EOPNOTSUPP, ENOSYS].contains(error) }
}
