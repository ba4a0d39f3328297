import CLinux
import Glibc

/// Where the vault's directory and key lie, and whose its worker is. Only scrier-launcher opens them: the server, which is
/// not root, never can.
package struct SecretsPlaces: Sendable, Equatable {
    package var directory: String
    package var keyFile: String
    /// Outside of the pool of sessions' workers; also the group of the directory. Without root it counts for nothing.
    package var workerUID: UInt32

    package static let usualWorkerUID: UInt32 = 60999

    /// - Parameter keyFile: nil for `.master.key` in the directory.
    package init(directory: String, keyFile: String? = nil, workerUID: UInt32 = Self.usualWorkerUID) {
        self.directory = directory
        self.keyFile = keyFile ?? directory + "/.master.key"
        self.workerUID = workerUID
    }

    /// The key that is about to replace the key, for as long as both are in use.
    package var nextKeyFile: String { keyFile + ".next" }

    static var isRoot: Bool { geteuid() == 0 }

    /// Without symbolic links above the last component: scrier-launcher follows none.
    var resolved: SecretsPlaces {
        var places = self
        places.directory = Self.resolve(directory)
        places.keyFile = Self.resolve(keyFile)
        return places
    }

    static func resolve(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
        guard let parent = realpath(String(path[..<slash]), nil) else { return path }
        defer { free(parent) }
        let text = String(cString: parent)
        return (text == "/" ? "" : text) + path[slash...]
    }

    /// Why scrier-launcher did not hand them over, and what helps; nil where it was something else.
    func sentence(step: UInt32, error: Int32, isRoot: Bool) -> String? {
        let reason = String(cString: strerror(error))
        switch (step, error) {
        case (SCRIER_LAUNCHER_STEP_PLUGIN, _):
            return "the vault's plugin and every directory above it must belong to root and be writable by nobody else "
                + "(\(reason))"
        case (SCRIER_LAUNCHER_STEP_DIRECTORY, ENOENT):
            return "there is no secrets directory \(directory): run `vigocli secrets init`"
        case (SCRIER_LAUNCHER_STEP_DIRECTORY, EPERM):
            return isRoot
                ? "\(directory) must belong to root, to the group \(workerUID), and have mode 1770"
                : "\(directory) must be yours and have mode 0700"
        case (SCRIER_LAUNCHER_STEP_DIRECTORY, _):
            return "the secrets directory \(directory) cannot be opened: \(reason)"
        case (SCRIER_LAUNCHER_STEP_LOCK, EWOULDBLOCK):
            return "another process has the vault in \(directory) open: vigosrv, or a `vigocli secrets`"
        case (SCRIER_LAUNCHER_STEP_LOCK, _): return "\(directory)/.lock cannot be locked: \(reason)"
        case (SCRIER_LAUNCHER_STEP_KEY, ENOENT):
            return "there is no key file \(keyFile): run `vigocli secrets init`"
        case (SCRIER_LAUNCHER_STEP_KEY, _): return Self.sentence(ofKey: keyFile, error, isRoot)
        case (SCRIER_LAUNCHER_STEP_NEXT_KEY, _): return Self.sentence(ofKey: nextKeyFile, error, isRoot)
        default: return nil
        }
    }

    private static func sentence(ofKey path: String, _ error: Int32, _ isRoot: Bool) -> String {
        error == EPERM
            ? "\(path) must be a regular file of \(isRoot ? "root's" : "yours") with mode 0600 and one name"
            : "the key file \(path) cannot be opened: \(String(cString: strerror(error)))"
    }
}
