import CLinux
import Glibc

/// What a worker found open besides its three streams: the vault's directory, its key, the key that replaces it, and a
/// socket on which connections arrive. Their numbers are fixed; arguments name those that are there.
struct Provisions {
    var directory: Int32?
    var key: Int32?
    var nextKey: Int32?
    var dial: Int32?

    /// The parameter in which a plugin that needs `directory/1` finds the number of its descriptor.
    static let directoryParameter = "directory"

    init() {}

    /// Nil for a word that means nothing.
    init?(arguments: some Sequence<String>) {
        for word in arguments {
            switch word {
            case "directory": directory = SCRIER_WORKER_DIRECTORY
            case "key": key = SCRIER_WORKER_KEY
            case "next-key": nextKey = SCRIER_WORKER_NEXT_KEY
            case "dial": dial = SCRIER_WORKER_DIAL
            default: return nil
            }
        }
        for descriptor in [directory, key, nextKey, dial].compactMap({ $0 }) {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { return nil }
        }
    }

    /// The plugin's first secret parameter is the key, its second the one that replaces it.
    func key(forSecret index: Int) -> Int32? {
        switch index {
        case 0: key
        case 1: nextKey
        default: nil
        }
    }

    /// They have been read.
    mutating func closeKeys() {
        for descriptor in [key, nextKey].compactMap({ $0 }) { close(descriptor) }
        key = nil
        nextKey = nil
    }
}
