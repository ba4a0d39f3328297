import Foundation
import Testing
import Trust
import Wire

@testable import Agent

/// Who an envoy is stands in files, and files get mixed up.
@Suite(.serialized, .timeLimit(.minutes(1))) struct EnvoyCredentialsTests {
    @Test func `a key that is not the certificate's is said at once, with both files' names`() async throws {
        let server = try await TestServer.start(ownerPorts: [], serverPorts: [])
        _ = try EnvoyCredentials(in: server.directories)
        let other = try CertificateRequest()
        try other.keyPEM.withBytes { try PrivateFile.write(Array($0), to: server.directories.tlsKey) }
        let error = #expect(throws: ConfigurationError.self) { try EnvoyCredentials(in: server.directories) }
        let sentence = "\(try #require(error))"
        #expect(sentence.contains(server.directories.tlsKey) && sentence.contains(server.directories.certificate))
        await server.listener.stop()
    }

    @Test func `a renewed certificate that is not for the new key leaves the old pair in place`() async throws {
        let server = try await TestServer.start(ownerPorts: [], serverPorts: [])
        let credentials = try EnvoyCredentials(in: server.directories)
        let old = try PrivateFile.text(server.directories.certificate)
        for wrong in [old, "", "no certificate"] {
            await #expect(throws: ConfigurationError.self) {
                try await CertificateRenewal(directories: server.directories).run(credentials) { _ in
                    .with { $0.certificateChain = wrong }
                }
            }
        }
        #expect(try PrivateFile.text(server.directories.certificate) == old)
        _ = try EnvoyCredentials(in: server.directories)
        await server.listener.stop()
    }
}
