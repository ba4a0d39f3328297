import PluginKit

/// The host keys that the agent reported: the session talks to nobody who has none of them.
struct PinnedHostKeys: Equatable {
    struct Key: Equatable {
        var algorithm: String
        var base64: String
    }

    let keys: [Key]

    /// From lines of `algorithm base64`, as in `/etc/ssh/ssh_host_*_key.pub`; a comment may follow.
    init(_ lines: String) throws(SessionFailure) {
        keys = lines.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.utf8.split(separator: UInt8(ascii: " "), maxSplits: 2).prefix(2)
            guard fields.count == 2, fields.joined().allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
            return Key(
                algorithm: String(decoding: fields[0], as: UTF8.self),
                base64: String(decoding: fields[1], as: UTF8.self)
            )
        }
        guard !keys.isEmpty else {
            throw SessionFailure(
                .untrusted,
                "The agent reported no host key of the envoy's sshd: see whether sshd runs there."
            )
        }
    }

    func contains(_ presented: UnsafeRawBufferPointer) -> Bool {
        let base64 = Base64.encode(presented)
        return keys.contains { $0.base64 == base64 }
    }

    /// The signature algorithms that can prove a pinned key, best first: the server must not offer another of its keys,
    /// which we could not check.
    var signatureAlgorithms: [String] {
        Self.preference.filter { algorithm in keys.contains { $0.algorithm == Self.keyAlgorithm(of: algorithm) } }
    }

    private static let preference = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa",
    ]

    /// One RSA key signs in three ways.
    private static func keyAlgorithm(of signature: String) -> String {
        signature.hasPrefix("rsa-sha2-") ? "ssh-rsa" : signature
    }
}
