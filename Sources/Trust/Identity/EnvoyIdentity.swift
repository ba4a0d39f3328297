package import Crypto

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// An Ed25519 key pair that says who somebody is, for as long as it exists; TLS keys come and go. Both envoys and the server have one.
package struct EnvoyIdentity: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// PKCS #8 (RFC 8410).
    package init(pem: String) throws {
        guard let der = PEMText.decode(pem, label: "PRIVATE KEY"), der.count == Self.prefix.count + 32,
            der.starts(with: Self.prefix)
        else { throw TrustError.malformed("this is not an Ed25519 private key in PKCS #8") }
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: der.dropFirst(Self.prefix.count))
    }

    package var pem: Secret { Secret(PEMText.encode(Self.prefix + key.rawRepresentation, label: "PRIVATE KEY")) }

    /// 32 bytes.
    package var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }

    /// 64 bytes over the context's name, a zero byte, and the payload: a signature for one purpose is none for another.
    package func sign(_ payload: some DataProtocol, context: SignatureContext) throws -> [UInt8] {
        [UInt8](try key.signature(for: context.message(payload)))
    }

    package static func isValid(
        _ signature: some DataProtocol,
        for payload: some DataProtocol,
        context: SignatureContext,
        publicKey: some ContiguousBytes
    ) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: context.message(payload))
    }

    /// A key for one purpose that only the owner of this identity can compute: HKDF-SHA256 (RFC 5869) of the private key.
    package func derivedKey(for purpose: String, salt: some DataProtocol) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.rawRepresentation),
            salt: Data(salt),
            info: Data(purpose.utf8),
            outputByteCount: 32
        )
    }

    /// Version 0, algorithm 1.3.101.112, an octet string within an octet string.
    private static let prefix: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
}
