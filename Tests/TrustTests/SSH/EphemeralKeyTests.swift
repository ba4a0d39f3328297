import Foundation
import Testing

@testable import Trust

@Suite struct EphemeralKeyTests {
    @Test func `OpenSSH reads the private key and finds the same public one`() throws {
        let key = EphemeralKey.generate()
        let file = FileManager.default.temporaryDirectory.appending(path: "ephemeral-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try PrivateFile.write(key.privateKeyPEM, to: file)
        #expect(try SSHPublicKey(parsing: run("ssh-keygen -y -f \(file)")) == key.publicKey)
    }

    @Test func `no two are alike`() {
        #expect(EphemeralKey.generate().publicKey != EphemeralKey.generate().publicKey)
    }
}
