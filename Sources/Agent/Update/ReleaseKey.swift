import CRelease
import Crypto
import FoundationEssentials

/// The key of those who sign agents, baked into this one when it was built. A server cannot bring another.
struct ReleaseKey: Sendable {
    private let key: Curve25519.Signing.PublicKey

    static let bakedIn = ReleaseKey(hexadecimal: String(cString: vigo_release_key()))

    /// Nil for the sentinel of a build without a key, and for what is no key.
    init?(hexadecimal text: String) {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 64, !digits.contains(nil), digits.contains(where: { $0 != 0 }) else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0]! << 4 | digits[$0 + 1]!) }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    /// Whether `signature`, in Base64, is one of this key's for the manifest.
    func hasSigned(_ manifest: UpdateManifest, _ signature: String) -> Bool {
        guard let bytes = Base64.decode(signature.utf8), bytes.count == 64 else { return false }
        return key.isValidSignature(bytes, for: manifest.signedBytes)
    }
}
