/// A public key as authorized_keys compares it: its algorithm and its blob, without options and comment.
package struct AuthorizedKey: Equatable, Hashable, Sendable, Codable {
    package let algorithm: String
    package let blob: [UInt8]

    package init(algorithm: String, blob: [UInt8]) {
        self.algorithm = algorithm
        self.blob = blob
    }

    /// What a line may begin with instead of options.
    static let algorithms: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]
}
