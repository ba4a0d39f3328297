import SwiftASN1
@_spi(FixedExpiryValidationTime) package import X509

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a client certificate has to be before its UUID counts.
package struct EnvoyCertificate: Sendable, Equatable {
    package let envoyID: UUID
    package let serial: String
    package let notValidAfter: Date

    /// - Parameter serial: as ``IssuedCertificate/serial`` writes it.
    package init(envoyID: UUID, serial: String, notValidAfter: Date) {
        self.envoyID = envoyID
        self.serial = serial
        self.notValidAfter = notValidAfter
    }

    /// Of a chain (DER, leaf first): signed by the CA, valid now (RFC 5280), for clients, naming one UUID.
    package init(verifying chain: [[UInt8]], authority: Certificate, now: Date) async throws {
        guard let first = chain.first, let leaf = try? Certificate(derEncoded: first) else {
            throw TrustError.malformed("the certificate presented is not X.509")
        }
        let intermediates = chain.dropFirst().prefix(4).compactMap { try? Certificate(derEncoded: $0) }
        var verifier = Verifier(rootCertificates: CertificateStore([authority])) {
            RFC5280Policy(fixedExpiryValidationTime: now)
        }
        switch await verifier.validate(leaf: leaf, intermediates: CertificateStore(intermediates)) {
        case .validCertificate: break
        case .couldNotValidate:
            if now > leaf.notValidAfter { throw TrustError.untrusted("the certificate ended on \(leaf.notValidAfter)") }
            throw TrustError.untrusted("the certificate is not one of this server's")
        }
        if case .isCertificateAuthority? = try leaf.extensions.basicConstraints {
            throw TrustError.untrusted("the certificate is a CA's")
        }
        guard try leaf.extensions.extendedKeyUsage?.contains(.clientAuth) == true else {
            throw TrustError.untrusted("the certificate is not for clients")
        }
        let names = try leaf.extensions.subjectAlternativeNames.map(Array.init) ?? []
        guard names.count == 1, case .uniformResourceIdentifier(let uri) = names[0] else {
            throw TrustError.untrusted("the certificate names no envoy, or more than one")
        }
        guard uri.hasPrefix("urn:uuid:"), let id = UUID(uuidString: String(uri.dropFirst("urn:uuid:".count))) else {
            throw TrustError.untrusted("the certificate names no UUID")
        }
        self.init(envoyID: id, serial: leaf.serialNumber.description, notValidAfter: leaf.notValidAfter)
    }

    /// Lower case, as RFC 9562 section 4 writes UUIDs.
    package static func text(_ id: UUID) -> String { id.uuidString.lowercased() }
}
