import Crypto
import X509

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension CertificateAuthority {
    /// Whether it has signed this certificate (PEM, the first of a chain), which is good now and belongs to the key.
    package func vouches(for certificatePEM: String, key: Secret, at now: Date) -> Bool {
        guard let certificate = try? Certificate(pemText: certificatePEM), certificate.notValidBefore <= now,
            now < certificate.notValidAfter,
            self.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
        else { return false }
        let pem = key.withBytes { String(decoding: $0, as: UTF8.self) }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { return false }
        return certificate.publicKey == .init(key.publicKey)
    }
}
