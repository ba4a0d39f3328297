import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A signature over a message as `ssh-keygen -Y sign` makes it: by which key, for what kind of thing (OpenSSH PROTOCOL.sshsig).
package struct SSHSignature: Sendable, Equatable {
    package enum Digest: String, Sendable, CaseIterable {
        case sha256
        case sha512

        func hash(_ message: [UInt8]) -> [UInt8] {
            switch self {
            case .sha256: Array(SHA256.hash(data: message))
            case .sha512: Array(SHA512.hash(data: message))
            }
        }
    }

    package let key: SSHPublicKey
    /// Keeps a signature for one purpose from counting for another.
    package let namespace: String
    package let digest: Digest
    /// What an agent answers: the algorithm's name, and what that algorithm makes.
    package let signature: [UInt8]

    /// The longest text that is looked at: a key and a signature of 16384 bits fit well.
    package static let maximumLength = 16_384

    private static let preamble = Array("SSHSIG".utf8)
    private static let version: UInt32 = 1
    private static let armor = (begin: "-----BEGIN SSH SIGNATURE-----", end: "-----END SSH SIGNATURE-----")

    package init(key: SSHPublicKey, namespace: String, digest: Digest = .sha512, signature: [UInt8]) {
        self.key = key
        self.namespace = namespace
        self.digest = digest
        self.signature = signature
    }

    package init(blob: [UInt8]) throws(SSHSignatureError) {
        var reader = SSHWireReader(blob)
        guard blob.count <= Self.maximumLength, reader.raw(6)?.elementsEqual(Self.preamble) == true else {
            throw .malformed("it does not begin as one")
        }
        guard reader.integer() == Self.version else { throw .malformed("it is of an unknown version") }
        guard let keyBlob = reader.string(), let namespace = reader.text(), let reserved = reader.string(),
            let digestName = reader.text(), let signature = reader.string(), reader.isAtEnd
        else { throw .malformed("its length is wrong") }
        // A later version may give this a meaning, which would be lost here.
        guard reserved.isEmpty else { throw .malformed("it says something that this version does not know") }
        guard let digest = Digest(rawValue: digestName) else { throw .malformed("its hash is none of sha256, sha512") }
        let key: SSHPublicKey
        do { key = try SSHPublicKey(blob: Array(keyBlob)) } catch { throw .key(error) }
        self.init(key: key, namespace: namespace, digest: digest, signature: Array(signature))
    }

    /// Parses what `ssh-keygen -Y sign` prints.
    package init(armored text: String) throws(SSHSignatureError) {
        guard text.utf8.count <= Self.maximumLength else { throw .malformed("it is longer than 16 KiB") }
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first! == Self.armor.begin, lines.last! == Self.armor.end,
            let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
        else { throw .malformed("lines of base64 between \(Self.armor.begin) and \(Self.armor.end) were expected") }
        try self.init(blob: Array(blob))
    }

    package var blob: [UInt8] {
        var writer = SSHWireWriter()
        writer.raw(Self.preamble)
        writer.integer(Self.version)
        writer.string(key.blob)
        writer.string(namespace.utf8)
        writer.string([])
        writer.string(digest.rawValue.utf8)
        writer.string(signature)
        return writer.bytes
    }

    package var armored: String {
        var lines = [Self.armor.begin]
        var rest = Data(blob).base64EncodedString()[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(70)))
            rest = rest.dropFirst(70)
        }
        return (lines + [Self.armor.end, ""]).joined(separator: "\n")
    }

    /// What the key really signs.
    package static func signedData(_ message: [UInt8], namespace: String, digest: Digest = .sha512) -> [UInt8] {
        var writer = SSHWireWriter()
        writer.raw(preamble)
        writer.string(namespace.utf8)
        writer.string([])
        writer.string(digest.rawValue.utf8)
        writer.string(digest.hash(message))
        return writer.bytes
    }

    package func isValid(for message: [UInt8], namespace expected: String) -> Bool {
        guard namespace == expected else { return false }
        let data = Self.signedData(message, namespace: namespace, digest: digest)
        return key.isValid(signature: signature, of: data)
    }
}

package enum SSHSignatureError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case key(SSHPublicKeyError)

    package var description: String {
        switch self {
        case .malformed(let reason): "this is not an SSH signature: \(reason)"
        case .key(let error): "this SSH signature's key: \(error)"
        }
    }
}
