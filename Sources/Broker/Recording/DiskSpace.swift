import Glibc

/// What is left of the disk for programs without privileges.
package enum DiskSpace {
    /// Nil when it cannot be told.
    package static func free(at path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    static func free(of descriptor: Int32) -> UInt64? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
