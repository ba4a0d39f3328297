import CLinux
import Foundation
import Glibc
import NIOCore

/// Who is at the other end of the admin socket, as the kernel says.
struct PeerCredentials: Sendable, Equatable {
    let uid: UInt32
    let pid: Int32

    init(uid: UInt32, pid: Int32) {
        self.uid = uid
        self.pid = pid
    }

    static func read(from channel: any Channel) async throws -> PeerCredentials {
        guard let provider = channel as? any SocketOptionProvider else {
            throw IOError(errnoCode: ENOTSOCK, reason: "SO_PEERCRED")
        }
        let peer: linux_peer = try await provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: CInt(SO_PEERCRED))
        ).get()
        return PeerCredentials(uid: peer.uid, pid: peer.pid)
    }

    /// The account that the person logged in with, which su and sudo do not change; else the account of the process.
    func actorName(procDirectory: String = "/proc") -> String {
        let text = try? String(contentsOfFile: "\(procDirectory)/\(pid)/loginuid", encoding: .utf8)
        let login = text.flatMap { UInt32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        // All ones: nobody logged in, as in a container or a service.
        return Self.name(of: login.flatMap { $0 == .max ? nil : $0 } ?? uid)
    }

    private static func name(of uid: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard getpwuid_r(uid, &entry, buffer.baseAddress!, buffer.count, &found) == 0, found != nil else {
                return "uid \(uid)"
            }
            return String(cString: entry.pw_name)
        }
    }
}
