import CLinux
import Foundation
import Glibc

/// The user that vigosrv runs as after its root part has been started.
package struct ServerAccount: Sendable, Equatable {
    package let uid: UInt32
    package let gid: UInt32
    /// Said once in the log.
    package let warning: String?

    package static func find(_ name: String, workerUIDs: ClosedRange<UInt32>, vaultUID: UInt32) -> ServerAccount {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        if getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil {
            return ServerAccount(uid: entry.pw_uid, gid: entry.pw_gid, warning: nil)
        }
        // Below the workers' so that no session's worker has the uid that may read the CA key, and not the vault's, whose
        // sealed files are none of the server's.
        let number = workerUIDs.lowerBound - 1 == vaultUID ? vaultUID - 1 : workerUIDs.lowerBound - 1
        return ServerAccount(
            uid: number,
            gid: number,
            warning: "there is no user \(name) on this machine; running as uid \(number) (see deploy/vigo.sysusers)"
        )
    }

    /// Who owns a directory; nil where that is root, or where there is none.
    package static func owning(_ directory: String) -> ServerAccount? {
        var status = stat()
        guard stat(directory, &status) == 0, status.st_uid != 0 else { return nil }
        return ServerAccount(uid: status.st_uid, gid: status.st_gid, warning: nil)
    }

    /// For a program that stays root: no core file, and no debugger but root's.
    package static func hideMemory() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = clinux_not_dumpable()
    }

    /// For good: there is no way back to root. No core file and no debugger of that user ever sees the CA's key.
    package func become() throws(StartError) {
        guard uid != 0 else { throw StartError("server.user must not be root") }
        guard linux_become(uid, gid) == 0 else { throw StartError("cannot become user \(uid): \(errnoText())") }
        guard setuid(0) != 0, getuid() == uid, geteuid() == uid else {
            throw StartError("could become root again after becoming user \(uid)")
        }
    }
}
