import Crypto
import Foundation
import SwiftASN1
import Testing
import X509

@testable import Trust

@Suite struct CertificateTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let authority: CertificateAuthority

    init() throws {
        authority = try CertificateAuthority.create(name: "Test CA", validity: .seconds(86_400 * 3650), now: now)
    }

    private func request(identity: EnvoyIdentity = EnvoyIdentity()) throws -> CertificateRequest.Verified {
        let request = try CertificateRequest()
        return try .init(der: request.der, proof: request.proof(by: identity), identityKey: identity.publicKey)
    }

    private func der(_ pem: String) throws -> [UInt8] { try #require(PEMText.decode(pem, label: "CERTIFICATE")) }

    private func envoyID(_ chain: [[UInt8]], at date: Date? = nil) async throws -> UUID {
        try await EnvoyCertificate(verifying: chain, authority: authority.certificate, now: date ?? now).envoyID
    }

    /// A certificate by our own CA's key, with what the caller puts into it.
    private func forged(
        usage: ExtendedKeyUsage.Usage = .clientAuth,
        names: [GeneralName],
        constraints: BasicConstraints = .notCertificateAuthority
    ) throws -> [UInt8] {
        let key = try P256.Signing.PrivateKey(
            pemRepresentation: authority.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) }
        )
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(P256.Signing.PrivateKey().publicKey),
            notValidBefore: now,
            notValidAfter: now.addingTimeInterval(3600),
            issuer: authority.certificate.subject,
            subject: try DistinguishedName { CommonName("x") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(constraints)
                try ExtendedKeyUsage([usage])
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: .init(key)
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    @Test func `an envoy's certificate names its UUID, whatever the request asked for`() async throws {
        let id = UUID()
        let issued = try authority.issueEnvoyCertificate(
            for: request(),
            envoyID: id,
            validity: .seconds(3600),
            now: now
        )
        #expect(try await envoyID([der(issued.pem)]) == id)
        #expect(issued.notValidAfter == now.addingTimeInterval(3600))
    }

    @Test func `the CA is the same after being saved`() async throws {
        let again = try CertificateAuthority(
            certificatePEM: authority.certificatePEM,
            keyPEM: authority.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) }
        )
        let id = UUID()
        let issued = try again.issueEnvoyCertificate(for: request(), envoyID: id, validity: .seconds(60), now: now)
        #expect(try await envoyID([der(issued.pem)]) == id)
    }

    @Test func `a CA's certificate with another's key is refused`() throws {
        let other = try CertificateAuthority.create(name: "Other", validity: .seconds(60), now: now)
        #expect(throws: TrustError.self) {
            try CertificateAuthority(
                certificatePEM: authority.certificatePEM,
                keyPEM: other.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) }
            )
        }
    }

    @Test func `another CA's certificate is refused, though it has the same name`() async throws {
        let other = try CertificateAuthority.create(name: "Test CA", validity: .seconds(3600), now: now)
        let issued = try other.issueEnvoyCertificate(for: request(), envoyID: UUID(), validity: .seconds(60), now: now)
        await #expect(throws: TrustError.untrusted("the certificate is not one of this server's")) {
            try await envoyID([der(issued.pem)])
        }
    }

    @Test(arguments: [-400.0, 61.0]) func `outside its validity a certificate is refused`(seconds: TimeInterval)
        async throws
    {
        let issued = try authority.issueEnvoyCertificate(
            for: request(),
            envoyID: UUID(),
            validity: .seconds(60),
            now: now
        )
        await #expect(throws: TrustError.self) {
            try await envoyID([der(issued.pem)], at: now.addingTimeInterval(seconds))
        }
    }

    @Test func `a server's certificate is no envoy's`() async throws {
        let issued = try authority.issueServerCertificate(
            names: ["localhost", "127.0.0.1", "::1"],
            key: P256.Signing.PrivateKey(),
            validity: .seconds(60),
            now: now
        )
        await #expect(throws: TrustError.untrusted("the certificate is not for clients")) {
            try await envoyID([der(issued.pem)])
        }
    }

    @Test func `the CA itself is no envoy`() async throws {
        await #expect(throws: TrustError.self) { try await envoyID([der(authority.certificatePEM)]) }
    }

    @Test func `a certificate that names two, none or no UUID is refused`() async throws {
        let one = GeneralName.uniformResourceIdentifier("urn:uuid:" + UUID().uuidString)
        for names in [
            [one, one], [], [.dnsName("x")], [.uniformResourceIdentifier("urn:uuid:x")],
            [.uniformResourceIdentifier("https://x")],
        ] {
            let certificate = try forged(names: names)
            await #expect(throws: TrustError.self, "\(names)") { try await envoyID([certificate]) }
        }
        _ = try await envoyID([try forged(names: [one])])
    }

    @Test func `nothing that is presented instead of a certificate crashes the server`() async {
        await #expect(throws: TrustError.self) { try await envoyID([]) }
        await #expect(throws: TrustError.self) { try await envoyID([[0x30, 0x82]]) }
        await #expect(throws: TrustError.self) { try await envoyID([Array(repeating: 0xff, count: 4000)]) }
    }

    @Test func `a request must be signed by the identity that claims it`() throws {
        let request = try CertificateRequest()
        let identity = EnvoyIdentity()
        let proof = try request.proof(by: identity)
        _ = try CertificateRequest.Verified(der: request.der, proof: proof, identityKey: identity.publicKey)
        #expect(throws: TrustError.untrusted("the identity has not signed the certificate request")) {
            try CertificateRequest.Verified(der: request.der, proof: proof, identityKey: EnvoyIdentity().publicKey)
        }
        var changed = request.der
        changed[changed.count - 1] ^= 1
        #expect(throws: TrustError.self) {
            try CertificateRequest.Verified(
                der: changed,
                proof: identity.sign(changed, context: .certificate),
                identityKey: identity.publicKey
            )
        }
        #expect(throws: TrustError.self) {
            try CertificateRequest.Verified(der: [1, 2, 3], proof: proof, identityKey: identity.publicKey)
        }
    }

    @Test func `openssl finds the chain in order`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "chain-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let real = try CertificateAuthority.create(name: "CA", validity: .seconds(3600), now: Date())
        let issued = try real.issueEnvoyCertificate(
            for: request(),
            envoyID: UUID(),
            validity: .seconds(600),
            now: Date()
        )
        try real.certificatePEM.write(to: directory.appending(path: "ca"), atomically: true, encoding: .utf8)
        try issued.pem.write(to: directory.appending(path: "leaf"), atomically: true, encoding: .utf8)
        let path = directory.path
        #expect(
            try run("openssl verify -purpose sslclient -x509_strict -CAfile \(path)/ca \(path)/leaf").contains("OK")
        )
    }
}
