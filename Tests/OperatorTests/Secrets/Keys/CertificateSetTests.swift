import Foundation
import Glibc
import NIOSSL
import Testing
import Trust

@testable import Operator

@Suite struct CertificateSetTests {
    private let scratch = try! ScratchVault()
    private var directory: String { "\(scratch.scratch)/deep/tls" }

    private func set(
        _ names: [String] = ["vigo.example.com", "10.0.0.5"],
        hostname: String? = "host-7",
        caDays: Int = 3650,
        serverDays: Int = 365
    ) throws -> CertificateSet {
        try CertificateSet(
            directory: directory,
            names: names,
            hostname: hostname,
            caDays: caDays,
            serverDays: serverDays
        )
    }

    private func text(_ file: String) -> String { scratch.text("\(directory)/\(file)") ?? "" }
    private func certificate(_ file: String) throws -> NIOSSLCertificate {
        try #require(try NIOSSLCertificate.fromPEMBytes(Array(text(file).utf8)).first)
    }

    @Test func `the CA has signed the server's certificate, and keys belong to certificates`() throws {
        let said = try set().write(replacing: false)
        let authority = try CertificateAuthority(certificatePEM: text("ca"), keyPEM: text("ca_key"))
        #expect(authority.vouches(for: text("cert"), key: Secret(text("key")), at: Date()))
        #expect(!authority.vouches(for: text("cert"), key: Secret(text("ca_key")), at: Date()))
        for (file, mode) in [("ca", 0o644), ("ca_key", 0o600), ("cert", 0o644), ("key", 0o600)] {
            #expect(scratch.mode("\(directory)/\(file)") == mode)
        }
        #expect(said.last == "  Names: vigo.example.com, 10.0.0.5, localhost, 127.0.0.1, host-7.")
    }

    @Test func `localhost, 127.0.0.1 and the hostname are always among the names`() throws {
        _ = try set([]).write(replacing: false)
        let names = try certificate("cert")._subjectAlternativeNames().map { Array($0.contents) }
        #expect(names == [Array("localhost".utf8), [127, 0, 0, 1], Array("host-7".utf8)])
    }

    @Test func `they are good for as long as was said`() throws {
        let now = Date()
        _ = try set(caDays: 100, serverDays: 7).write(replacing: false, now: now)
        let day = 86_400.0
        #expect(abs(Double(try certificate("ca").notValidAfter) - now.timeIntervalSince1970 - 100 * day) < 2)
        #expect(abs(Double(try certificate("cert").notValidAfter) - now.timeIntervalSince1970 - 7 * day) < 2)
        // A certificate does not outlive its CA.
        _ = try set(caDays: 5, serverDays: 365).write(replacing: true, now: now)
        #expect(abs(Double(try certificate("cert").notValidAfter) - now.timeIntervalSince1970 - 5 * day) < 2)
    }

    @Test(arguments: ["ca", "ca_key", "cert", "key"])
    func `any of the four files stops it, but for --force`(file: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try "mine".write(toFile: "\(directory)/\(file)", atomically: false, encoding: .utf8)
        let error = #expect(throws: OperatorError.self) { try set().write(replacing: false) }
        #expect(error?.description.contains("\(directory)/\(file) is there already; --force") == true)
        #expect(text(file) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [file])
        _ = try set().write(replacing: true)
        #expect(
            try CertificateAuthority(certificatePEM: text("ca"), keyPEM: text("ca_key"))
                .vouches(for: text("cert"), key: Secret(text("key")), at: Date())
        )
    }

    @Test(arguments: ["", "a b", "-a", "a-", "a..b", ".a", "*", "a.*.b", "a/b", "a\n", "ü.example", "fe80::1%eth0"])
    func `what is no name is refused`(name: String) {
        #expect(throws: OperatorError.self) { try set([name]) }
    }

    @Test(arguments: ["a", "a.b", "*.example.com", "10.0.0.1", "::1", "2001:db8::5", "A-1.example"])
    func `names and addresses are taken`(name: String) throws { _ = try set([name]) }
}
