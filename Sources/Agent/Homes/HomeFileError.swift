import Glibc

/// Why a file in a home is left alone.
package enum HomeFileError: Error, Equatable, CustomStringConvertible {
    case missing
    case symbolicLink
    case notRegular
    case notDirectory
    case foreignOwner
    /// Of a group that its owner is not in, and which has rights of its own to it.
    case foreignGroup(mode: UInt32)
    case tooLarge
    case keepsChanging
    case busy
    case system(call: String, errno: Int32)

    init(call: String) {
        switch errno {
        case ENOENT, ENOTDIR: self = .missing
        case ELOOP, EXDEV: self = .symbolicLink
        // What opening a FIFO without a reader, a socket, or a device nobody drives answers.
        case ENXIO, ENODEV: self = .notRegular
        default: self = .system(call: call, errno: errno)
        }
    }

    package var description: String {
        switch self {
        case .missing: "there is none"
        case .symbolicLink: "a symbolic link leads to it"
        case .notRegular: "it is not a regular file"
        case .notDirectory: "not a directory"
        case .foreignOwner: "it belongs to somebody else"
        case .foreignGroup(let mode):
            "its group is not one of the user's and has rights of its own (mode \(String(mode & 0o7777, radix: 8))): give it to a group of the user's (chgrp), or chmod 600 it"
        case .tooLarge: "it is larger than 1 MiB"
        case .keepsChanging: "somebody else keeps changing it"
        case .busy: "it is locked by another session that does not finish"
        case .system(let call, let errno): "\(call): \(String(cString: strerror(errno)))"
        }
    }
}
