import Foundation
import Glibc

/// Sockets of vaults without a server, in the data directory: `.vault-<process>.sock`.
struct OfflineSockets {
    let directory: String

    private static let (prefix, suffix) = (".vault-", ".sock")

    var own: String { "\(directory)/\(Self.prefix)\(getpid())\(Self.suffix)" }

    /// Those of processes that were killed.
    func removeStale() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix),
                let process = pid_t(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)),
                process == getpid() || (kill(process, 0) != 0 && errno == ESRCH)
            else { continue }
            unlink("\(directory)/\(name)")
        }
    }
}
