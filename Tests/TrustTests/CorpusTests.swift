import Corpus
import Foundation
import Testing

@testable import Trust

@Suite struct CorpusTests {
    /// For parsers whose "no" is nil.
    private struct Refused: Error, CustomStringConvertible {
        let description = "refused"
    }

    private func text(_ corpus: String, _ parse: (String) throws -> String?) async throws -> [String] {
        try await Corpus(corpus).complaints { bytes in
            guard let written = try parse(String(decoding: bytes, as: UTF8.self)) else { throw Refused() }
            return Array(written.utf8)
        }
    }

    @Test func `whatever stands in a .pub file is a key or refused`() async throws {
        let complaints = try await text("ssh-public-keys") { try SSHPublicKey(parsing: $0).description }
        #expect(complaints == [])
    }

    @Test func `whatever stands for a network is one or refused`() async throws {
        let complaints = try await text("networks") { CIDR($0)?.description }
        #expect(complaints == [])
    }

    @Test func `whatever stands for a pattern is one or refused`() async throws {
        let complaints = try await text("hostname-patterns") { HostnamePattern($0)?.description }
        #expect(complaints == [])
    }

    @Test func `whatever is shown as a token has a token's shape or is refused`() async throws {
        let complaints = try await text("random-tokens") { RandomToken(parsing: $0)?.text }
        #expect(complaints == [])
    }

    @Test func `whatever stands in an identity's file is an identity or refused`() async throws {
        let complaints = try await text("identity-keys") { text in
            try EnvoyIdentity(pem: text).pem.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        #expect(complaints == [])
    }

    @Test func `whatever stands in a CA's file is a certificate or refused`() async throws {
        let key = try CertificateAuthority.create(name: "x", validity: .seconds(60), now: Date()).keyPEM
        let keyPEM = key.withBytes { String(decoding: $0, as: UTF8.self) }
        let complaints = try await text("certificates") { text in
            let problem = #expect(throws: TrustError.self) {
                try CertificateAuthority(certificatePEM: text, keyPEM: keyPEM)
            }
            // A certificate of somebody else's key is one; it is refused for that alone.
            guard case .untrusted? = problem else { throw try #require(problem) }
            return text
        }
        #expect(complaints == [])
    }

    /// The identity vouches for whatever was sent, so that what is looked at is the request itself.
    @Test func `whatever is sent as a certificate request is one for a P-256 key, or refused`() async throws {
        let identity = EnvoyIdentity()
        let complaints = try await Corpus("certificate-requests").complaints { bytes in
            try CertificateRequest.Verified(
                der: bytes,
                proof: try identity.sign(bytes, context: .certificate),
                identityKey: identity.publicKey
            ).der
        }
        #expect(complaints == [])
    }

    @Test func `whatever certificate is shown on port 1530 names an envoy of ours or is refused`() async throws {
        let ours = try CertificateAuthority.create(name: "ours", validity: .seconds(3600), now: Date())
        let theirs = try CertificateAuthority.create(name: "ours", validity: .seconds(3600), now: Date())
        let envoy = UUID()
        func certificate(_ authority: CertificateAuthority) throws -> [UInt8] {
            let (identity, request) = (EnvoyIdentity(), try CertificateRequest())
            let verified = try CertificateRequest.Verified(
                der: request.der,
                proof: request.proof(by: identity),
                identityKey: identity.publicKey
            )
            let pem = try authority.issueEnvoyCertificate(
                for: verified,
                envoyID: envoy,
                validity: .seconds(600),
                now: Date()
            ).pem
            return try #require(PEMText.decode(pem, label: "CERTIFICATE"))
        }
        let good = try certificate(ours)
        var mutator = Mutator([good, try certificate(theirs)], seed: "envoy certificates")
        #expect(
            try await EnvoyCertificate(verifying: [good], authority: ours.certificate, now: Date()).envoyID == envoy
        )
        for _ in 0..<1500 {
            let bytes = mutator.next()
            guard bytes != good else { continue }
            await #expect(throws: (any Error).self, "\(Data(bytes).base64EncodedString())") {
                try await EnvoyCertificate(verifying: [bytes], authority: ours.certificate, now: Date())
            }
        }
    }
}
