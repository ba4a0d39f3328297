package import Crypto
import SwiftASN1
package import X509

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The server's own CA, ECDSA P-256: signs envoys' client certificates and the server's certificate, nothing else.
package struct CertificateAuthority: Sendable {
    package let certificate: Certificate
    private let key: P256.Signing.PrivateKey

    package var certificatePEM: String { certificate.pemText }
    package var keyPEM: Secret { Secret(key.pemRepresentation) }

    /// A new CA. `name` is what people see in a certificate's issuer.
    package static func create(name: String, validity: Duration, now: Date) throws -> CertificateAuthority {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-clockSkew),
            notValidAfter: now + validity,
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            },
            issuerPrivateKey: .init(key)
        )
        return CertificateAuthority(certificate: certificate, key: key)
    }

    package init(certificatePEM: String, keyPEM: String) throws {
        let certificate = try Certificate(pemText: certificatePEM)
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM) else {
            throw TrustError.malformed("the CA's key is not an ECDSA P-256 private key in PEM")
        }
        guard certificate.publicKey == .init(key.publicKey) else {
            throw TrustError.untrusted("the CA's certificate and key do not belong together")
        }
        self.init(certificate: certificate, key: key)
    }

    private init(certificate: Certificate, key: P256.Signing.PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// A client certificate for an envoy: CN and URI SAN name its UUID, whatever the request asked for.
    package func issueEnvoyCertificate(
        for request: CertificateRequest.Verified,
        envoyID: UUID,
        validity: Duration,
        now: Date
    ) throws -> IssuedCertificate {
        try issue(
            publicKey: request.publicKey,
            commonName: EnvoyCertificate.text(envoyID),
            usage: .clientAuth,
            names: [.uniformResourceIdentifier("urn:uuid:" + EnvoyCertificate.text(envoyID))],
            validity: validity,
            now: now
        )
    }

    /// A certificate for the server. `names` are DNS names and IP addresses.
    package func issueServerCertificate(
        names: [String],
        key: P256.Signing.PrivateKey,
        validity: Duration,
        now: Date
    ) throws -> IssuedCertificate {
        let alternatives: [GeneralName] = names.map { name in
            IPAddress.bytes(name).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(name)
        }
        return try issue(
            publicKey: .init(key.publicKey),
            commonName: names.first ?? "vigosrv",
            usage: .serverAuth,
            names: alternatives,
            validity: validity,
            now: now
        )
    }

    private func issue(
        publicKey: Certificate.PublicKey,
        commonName: String,
        usage: ExtendedKeyUsage.Usage,
        names: [GeneralName],
        validity: Duration,
        now: Date
    ) throws -> IssuedCertificate {
        let serial = Certificate.SerialNumber()
        // Nothing that the CA signs outlives the CA.
        let end = min(now + validity, certificate.notValidAfter)
        let issued = try Certificate(
            version: .v3,
            serialNumber: serial,
            publicKey: publicKey,
            notValidBefore: now.addingTimeInterval(-Self.clockSkew),
            notValidAfter: end,
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(commonName) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([usage])
                SubjectAlternativeNames(names)
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: .init(key.publicKey)).keyIdentifier)
            },
            issuerPrivateKey: .init(key)
        )
        return IssuedCertificate(pem: issued.pemText, serial: issued.serialNumber.description, notValidAfter: end)
    }

    /// Clocks of fresh machines are often a little behind.
    private static let clockSkew: TimeInterval = 300
}

/// What the CA has signed.
package struct IssuedCertificate: Sendable, Equatable {
    package let pem: String
    package let serial: String
    package let notValidAfter: Date
}

extension Date {
    static func + (date: Date, duration: Duration) -> Date {
        date.addingTimeInterval(Double(duration.components.seconds))
    }
}

extension Certificate {
    init(pemText: String) throws {
        do { try self.init(pemEncoded: pemText) } catch {
            throw TrustError.malformed("this is not a certificate in PEM")
        }
    }

    var pemText: String { ((try? serializeAsPEM())?.pemString ?? "") + "\n" }
}
