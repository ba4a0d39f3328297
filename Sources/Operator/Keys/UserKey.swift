package import Trust
package import Wire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which public key a new user gets. That of an admin is the system user's own: whoever may write there is that user already.
package struct UserKey {
    private let read: (String) -> String?

    package init(read: @escaping (String) -> String?) { self.read = read }

    package static var system: UserKey {
        UserKey { path in try? String(contentsOfFile: path, encoding: .utf8) }
    }

    package func find(username: String, role: UserRole, file: String?) throws(OperatorError) -> SSHPublicKey? {
        guard role == .admin else {
            return try file.map { file throws(OperatorError) in try PublicKeyFile.key(in: file, read: read) }
        }
        guard file == nil else {
            throw OperatorError(
                "--ssh-key-file is refused for the role admin: the key is that of the system's user \(username), in /home/\(username)/.ssh"
            )
        }
        guard !username.isEmpty, !username.contains("/"), username != ".", username != ".." else {
            throw OperatorError("“\(username)” is no user's name")
        }
        let paths = ["id_ed25519.pub", "id_rsa.pub"].map { "/home/\(username)/.ssh/\($0)" }
        for path in paths where read(path) != nil { return try PublicKeyFile.key(in: path, read: read) }
        throw OperatorError(
            "no SSH pubkey of \(username) is here: neither \(paths[0]) nor \(paths[1]) can be read (run this on the server, as root)"
        )
    }
}
