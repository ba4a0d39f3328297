import Crypto
import Foundation
import Testing
import Trust

@testable import Host

/// A server that starts with what `vigocli secrets generate-certs` made.
@Suite struct GeneratedCertificateTests {
    private let directory = "\(NSTemporaryDirectory())tls-\(UUID().uuidString.prefix(8))"
    private let now = Date()

    private func authority() throws -> CertificateAuthority {
        try CertificateAuthority.create(name: "Generated CA", validity: .seconds(3600), now: now)
    }

    private func write(
        _ authority: CertificateAuthority,
        signedBy other: CertificateAuthority? = nil,
        validity: Duration = .seconds(1800)
    ) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let key = P256.Signing.PrivateKey()
        let issued = try (other ?? authority)
            .issueServerCertificate(names: ["vigo.example.com"], key: key, validity: validity, now: now)
        try PrivateFile.write(authority.keyPEM, to: "\(directory)/ca_key")
        try PrivateFile.write(Array(authority.certificatePEM.utf8), to: "\(directory)/ca", mode: 0o644)
        try PrivateFile.write(Secret(key.pemRepresentation), to: "\(directory)/key")
        try PrivateFile.write(Array(issued.pem.utf8), to: "\(directory)/cert", mode: 0o644)
    }

    private func keys() throws -> ServerKeys {
        try ServerKeys(
            directory: directory,
            configured: try ConfiguredTLS(ServerConfiguration.TLS()),
            names: ["127.0.0.1"],
            now: now
        )
    }

    private func usesOwn() throws -> Bool {
        let keys = try keys()
        return keys.webCertificate == keys.certificate
    }

    private func remove() { try? FileManager.default.removeItem(atPath: directory) }

    @Test func `its CA is the server's, its certificate the one of port 8443`() throws {
        defer { remove() }
        let authority = try authority()
        try write(authority)
        let keys = try keys()
        #expect(keys.authority.certificatePEM == authority.certificatePEM)
        #expect(keys.isWebOwn)
        #expect(keys.webCertificate != keys.certificate)
        #expect(!FileManager.default.fileExists(atPath: "\(directory)/ca_cert"))
    }

    @Test func `it takes the place of what an earlier start has made`() throws {
        defer { remove() }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let before = try keys()
        #expect(before.webCertificate == before.certificate)
        let authority = try authority()
        try write(authority)
        let after = try keys()
        #expect(after.authority.certificatePEM == authority.certificatePEM)
        #expect(after.certificate != before.certificate)
    }

    @Test func `a certificate that is over, another CA's, or without its key is passed over`() throws {
        defer { remove() }
        let authority = try authority()
        try write(authority, validity: .seconds(-1))
        #expect(try usesOwn())
        try write(authority, signedBy: try self.authority())
        #expect(try usesOwn())
        try write(authority)
        try PrivateFile.write(Secret(P256.Signing.PrivateKey().pemRepresentation), to: "\(directory)/key")
        #expect(try usesOwn())
    }

    @Test func `a CA that has lost its key stops the start`() throws {
        defer { remove() }
        try write(try authority())
        try FileManager.default.removeItem(atPath: "\(directory)/ca_key")
        let error = #expect(throws: StartError.self) { try keys() }
        #expect(error?.message.contains("restore it from a backup") == true)
    }
}
