/// What a release's signature covers: which file is which version for which machine. Without it a signed file could be
/// served to the wrong machine, or an old one as new.
struct UpdateManifest: Equatable, Sendable {
    let version: String
    let os: String
    let arch: String
    /// Hexadecimal, lower case.
    let sha256: String

    /// Nil where a part is no plain word, which keeps the text below unambiguous.
    init?(version: String, os: String, arch: String, sha256: String) {
        guard ReleaseVersion(version) != nil, Self.isPlain(os), Self.isPlain(arch),
            sha256.utf8.count == 64, sha256.utf8.allSatisfy(Self.isHexadecimal)
        else { return nil }
        self.version = version
        self.os = os
        self.arch = arch
        self.sha256 = sha256
    }

    /// The purpose, a zero byte, and canonical JSON (RFC 8785).
    var signedBytes: [UInt8] {
        Array("vigo agent release 1\0".utf8)
            + Array(#"{"arch":"\#(arch)","os":"\#(os)","sha256":"\#(sha256)","version":"\#(version)"}"#.utf8)
    }

    private static func isPlain(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
