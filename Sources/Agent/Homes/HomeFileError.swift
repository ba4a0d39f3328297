import Glibc

/// Why a file in a home is left alone.
package enum HomeFileError: Error, Equatable, CustomStringConvertible {
    case missing
    case symbolicLink
    case notRegular
    case foreignOwner
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
        case .foreignOwner: "it belongs to somebody else"
        case .tooLarge: "it is larger than 1 MiB"
        case .keepsChanging: "somebody else keeps changing it"
        case .busy: "it is locked by another session that does not finish"
        case .system(let call, let errno): "\(call): \(String(cString: strerror(errno)))"
        }
    }
}
