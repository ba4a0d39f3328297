import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An Ed25519 key pair that lives as long as one session and only in memory.
package struct EphemeralKey: Sendable {
    package let publicKey: SSHPublicKey
    /// OpenSSH's private key file, unencrypted.
    package let privateKeyPEM: Secret

    package static func generate() -> EphemeralKey {
        let key = Curve25519.Signing.PrivateKey()
        let publicBytes = [UInt8](key.publicKey.rawRepresentation)
        var blob = SSHWireWriter()
        blob.string("ssh-ed25519".utf8)
        blob.string(publicBytes)
        guard let publicKey = try? SSHPublicKey(algorithm: "ssh-ed25519", blob: blob.bytes) else {
            preconditionFailure("a blob that was just written is valid")
        }
        return EphemeralKey(
            publicKey: publicKey,
            privateKeyPEM: pem(publicBlob: blob.bytes, publicBytes: publicBytes, seed: key.rawRepresentation)
        )
    }

    /// The format of OpenSSH's PROTOCOL.key, cipher and key derivation "none".
    private static func pem(publicBlob: [UInt8], publicBytes: [UInt8], seed: some Collection<UInt8>) -> Secret {
        var inner = SSHWireWriter()
        let check = UInt32.random(in: .min ... .max)
        inner.integer(check)
        inner.integer(check)
        inner.string("ssh-ed25519".utf8)
        inner.string(publicBytes)
        inner.string([UInt8](seed) + publicBytes)
        inner.string("".utf8)
        // Padded to the cipher's block size, which is 8 for "none".
        inner.raw((1...8).prefix((8 - inner.bytes.count % 8) % 8))

        var outer = SSHWireWriter()
        outer.raw("openssh-key-v1\0".utf8)
        outer.string("none".utf8)
        outer.string("none".utf8)
        outer.string("".utf8)
        outer.integer(1)
        outer.string(publicBlob)
        outer.string(inner.bytes)

        let base64 = Data(outer.bytes).base64EncodedString()
        var lines = ["-----BEGIN OPENSSH PRIVATE KEY-----"]
        var rest = base64[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(70)))
            rest = rest.dropFirst(70)
        }
        lines.append("-----END OPENSSH PRIVATE KEY-----\n")
        return Secret(lines.joined(separator: "\n"))
    }
}
