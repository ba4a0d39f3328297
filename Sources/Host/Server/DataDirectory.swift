import Foundation
import Glibc

/// The places below server.data_dir, made at the first start.
package struct DataDirectory: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package var database: String { "\(path)/vigo.db" }
    package var tls: String { "\(path)/tls" }
    package var agents: String { "\(path)/agents" }
    package var screens: String { "\(path)/screens.db" }
    package var recordings: String { "\(path)/recordings" }
    package var adminSocket: String { "\(path)/admin.sock" }
    private var lockFile: String { "\(path)/lock" }

    /// Makes the directories and gives them to `owner`, all but `spared`. Nobody else may look in.
    package func prepare(owner: (uid: UInt32, gid: UInt32)?, sparing spared: [String] = []) throws(StartError) {
        for directory in [path, tls, agents, recordings] {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true,
                    attributes: directory == agents ? [.posixPermissions: 0o755] : [.posixPermissions: 0o700]
                )
            } catch {
                throw StartError("cannot make the directory \(directory): \(error.localizedDescription)")
            }
        }
        if let owner { try give(to: owner, sparing: spared) }
        guard access(path, R_OK | W_OK | X_OK) == 0 || owner != nil else {
            throw StartError("the data directory \(path) is not writable: \(errnoText())")
        }
    }

    /// Held as long as the server runs: two servers on one database would lose each other's sessions.
    func lock() throws(StartError) -> DataDirectoryLock {
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StartError("cannot open \(lockFile): \(errnoText())") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            var holder = [UInt8](repeating: 0, count: 32)
            let count = max(0, pread(descriptor, &holder, holder.count, 0))
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw StartError("cannot lock \(lockFile): \(errnoText(reason))") }
            let pid = String(decoding: holder.prefix(count), as: UTF8.self).trimmingCharacters(
                in: .whitespacesAndNewlines
            )
            throw StartError(
                "another vigosrv\(pid.isEmpty ? "" : " (process \(pid))") uses the data directory \(path); stop it first"
            )
        }
        ftruncate(descriptor, 0)
        let pid = "\(getpid())\n"
        _ = pid.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        return DataDirectoryLock(descriptor: descriptor)
    }

    /// After a start as another user the files of an earlier one would be unreadable.
    private func give(to owner: (uid: UInt32, gid: UInt32), sparing spared: [String]) throws(StartError) {
        do {
            try OwnershipTransfer(uid: owner.uid, gid: owner.gid, sparing: spared).give(path)
        } catch {
            throw StartError("cannot give \(error.path) to user \(owner.uid): \(errnoText(error.code))")
        }
    }
}

/// Released by closing.
package final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
}

func errnoText(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
