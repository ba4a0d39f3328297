import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A public key as OpenSSH writes it: `algorithm base64-blob comment` (RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH PROTOCOL.u2f).
package struct SSHPublicKey: Sendable, Hashable, CustomStringConvertible {
    package let algorithm: String
    /// The wire form, which begins with the algorithm's name.
    package let blob: [UInt8]
    package let comment: String?

    package static let knownAlgorithms: Set<String> = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// The longest text that is looked at: an RSA key of 16384 bits fits well.
    package static let maximumLength = 8192

    /// Parses one line of a `.pub` file. Options in front, as in authorized_keys, are not accepted.
    package init(parsing line: String) throws(SSHPublicKeyError) {
        // By scalars: to Swift, the line ending of Windows is one character that equals neither of its two.
        let text = line.unicodeScalars.split { $0 == "\n" }.map { String(Substring($0)) }
        guard line.utf8.count <= Self.maximumLength, text.count == 1 else {
            throw .malformed("one line of at most 8 KiB was expected")
        }
        let fields = text[0].unicodeScalars.split(maxSplits: 2, omittingEmptySubsequences: true) {
            $0 == " " || $0 == "\t" || $0 == "\r"
        }.map { String(Substring($0)) }
        guard fields.count >= 2 else { throw .malformed("an algorithm and a base64 key were expected") }
        guard let data = Data(base64Encoded: fields[1]) else { throw .malformed("the key is not base64") }
        let comment = fields.count == 3 ? fields[2].withoutControls.trimmed : nil
        try self.init(algorithm: fields[0], blob: [UInt8](data), comment: comment)
    }

    package init(algorithm: String, blob: [UInt8], comment: String? = nil) throws(SSHPublicKeyError) {
        guard Self.knownAlgorithms.contains(algorithm) else { throw .unknownAlgorithm(algorithm) }
        guard blob.count <= Self.maximumLength else { throw .malformed("the key is longer than 8 KiB") }
        try SSHPublicKeyBlob.check(blob, algorithm: algorithm)
        self.algorithm = algorithm
        self.blob = blob
        self.comment = comment?.isEmpty == true ? nil : comment
    }

    /// From the wire form alone, as agents and signatures carry it.
    package init(blob: [UInt8]) throws(SSHPublicKeyError) {
        var reader = SSHWireReader(blob)
        guard let algorithm = reader.text() else { throw .malformed("it does not begin with the name of an algorithm") }
        try self.init(algorithm: algorithm, blob: blob)
    }

    /// `SHA256:` and the unpadded base64 of the blob's digest, as `ssh-keygen -l` shows it.
    package var fingerprint: String {
        let digest = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// `algorithm base64`, without the comment: what goes into authorized_keys.
    package var openSSH: String { "\(algorithm) \(Data(blob).base64EncodedString())" }

    package var description: String { comment.map { "\(openSSH) \($0)" } ?? openSSH }

    /// The comment is no part of a key.
    package static func == (left: Self, right: Self) -> Bool { left.blob == right.blob }
    package func hash(into hasher: inout Hasher) { hasher.combine(blob) }
}

extension String {
    /// Without what a terminal would obey: control characters of both sets, and those that turn the direction of text.
    fileprivate var withoutControls: String {
        let kept = unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(kept))
    }

    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
