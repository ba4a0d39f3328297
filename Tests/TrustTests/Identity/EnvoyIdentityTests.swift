import Foundation
import Testing

@testable import Trust

@Suite struct EnvoyIdentityTests {
    private let payload = Data("hello".utf8)

    @Test func `a signature is good for its payload, purpose and key alone`() throws {
        let identity = EnvoyIdentity()
        let signature = try identity.sign(payload, context: .checkIn)
        func isValid(_ payload: Data, _ context: SignatureContext, _ key: [UInt8]) -> Bool {
            EnvoyIdentity.isValid(signature, for: payload, context: context, publicKey: key)
        }
        #expect(isValid(payload, .checkIn, identity.publicKey))
        #expect(!isValid(Data("hellp".utf8), .checkIn, identity.publicKey))
        #expect(!isValid(payload, .checkInAnswer, identity.publicKey))
        #expect(!isValid(payload, .checkIn, EnvoyIdentity().publicKey))
        #expect(!isValid(payload, .checkIn, [1, 2, 3]))
    }

    @Test func `it is the same after being saved, and openssl reads the file`() throws {
        let identity = EnvoyIdentity()
        let pem = identity.pem.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(try EnvoyIdentity(pem: pem).publicKey == identity.publicKey)
        let file = FileManager.default.temporaryDirectory.appending(path: "identity-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try PrivateFile.write(identity.pem, to: file)
        #expect(try run("openssl pkey -in \(file) -noout -text").contains("ED25519"))
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "nonsense"])
    func `what is no identity is refused`(pem: String) {
        #expect(throws: TrustError.self) { try EnvoyIdentity(pem: pem) }
    }
}
