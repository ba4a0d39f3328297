#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// 256 random bits as text: a kind, an identifier that may be shown and looked up by, and the secret: `vst_<id>_<secret>`.
package struct RandomToken: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// For the REST API.
        case api = "vst"
        /// For one enrollment.
        case enrollment = "vet"
        /// For one WebSocket.
        case ticket = "vtk"
        /// For one proof that a public key is the operator's.
        case challenge = "vch"
        /// For a login with a browser.
        case login = "vlg"
    }

    package let kind: Kind
    package let id: String
    package let secret: Secret

    package static func make(_ kind: Kind) -> RandomToken {
        RandomToken(kind: kind, id: base64URL(random(9)), secret: Secret(base64URL(random(32))))
    }

    package init(kind: Kind, id: String, secret: Secret) {
        self.kind = kind
        self.id = id
        self.secret = secret
    }

    /// Takes a token's text apart; nil for anything that this server cannot have made.
    package init?(parsing text: String) {
        let characters = Array(text.utf8)
        // The parts have fixed lengths: base64url may contain the separator.
        guard characters.count == 3 + 1 + 12 + 1 + 43, characters[3] == UInt8(ascii: "_"),
            characters[16] == UInt8(ascii: "_"),
            let kind = Kind(rawValue: String(decoding: characters[..<3], as: UTF8.self)),
            (characters[4..<16] + characters[17...]).allSatisfy(Self.isBase64URL)
        else { return nil }
        self.init(
            kind: kind,
            id: String(decoding: characters[4..<16], as: UTF8.self),
            secret: Secret(characters[17...])
        )
    }

    /// The whole token. Shown to its owner once.
    package var text: String { secret.withBytes { "\(kind.rawValue)_\(id)_" + String(decoding: $0, as: UTF8.self) } }

    /// Random bytes from the system's generator.
    package static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// RFC 4648 section 5, without padding.
    package static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().split(separator: "=").joined()
            .replacing("+", with: "-").replacing("/", with: "_")
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
