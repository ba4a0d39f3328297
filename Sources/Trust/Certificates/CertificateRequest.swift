package import Crypto
import SwiftASN1
package import X509

/// A new ECDSA P-256 TLS key, and a PKCS #10 request (RFC 2986) for a certificate over it.
package struct CertificateRequest: Sendable {
    package let key: P256.Signing.PrivateKey
    package let der: [UInt8]

    package var keyPEM: Secret { Secret(key.pemRepresentation) }

    package init() throws {
        key = P256.Signing.PrivateKey()
        let request = try CertificateSigningRequest(
            version: .v1,
            subject: try DistinguishedName { CommonName("vigo") },
            privateKey: .init(key),
            attributes: .init(),
            signatureAlgorithm: .ecdsaWithSHA256
        )
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        der = serializer.serializedBytes
    }

    /// The identity's word that this request is its own.
    package func proof(by identity: EnvoyIdentity) throws -> [UInt8] { try identity.sign(der, context: .certificate) }

    /// A request whose key is ECDSA P-256, whose own signature holds, and which the identity has signed.
    package struct Verified: Sendable {
        package let publicKey: Certificate.PublicKey
        package let der: [UInt8]

        package init(der: [UInt8], proof: [UInt8], identityKey: [UInt8]) throws {
            guard der.count <= 4096, let request = try? CertificateSigningRequest(derEncoded: der) else {
                throw TrustError.malformed("the certificate request is not PKCS #10 in DER")
            }
            guard P256.Signing.PublicKey(request.publicKey) != nil else {
                throw TrustError.untrusted("the certificate request's key is not ECDSA P-256")
            }
            guard request.publicKey.isValidSignature(request.signature, for: request) else {
                throw TrustError.untrusted("the certificate request is not signed by its own key")
            }
            guard EnvoyIdentity.isValid(proof, for: der, context: .certificate, publicKey: identityKey) else {
                throw TrustError.untrusted("the identity has not signed the certificate request")
            }
            publicKey = request.publicKey
            self.der = der
        }
    }
}
