import Crypto
import Foundation
import Testing
import Trust

@testable import Agent

@Suite struct SealedSecretsTests {
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
        -----END PRIVATE KEY-----
        """
    private static let envoy = "63dfa092-5262-44ac-b04b-1533c709ab42"
    private static let epoch: UInt64 = 0x01_0203_0405
    private static let secrets = HeldSecrets(
        epoch: epoch,
        values: [SecretKey("c")!: Secret([0, 255]), SecretKey("a/b")!: Secret("one")]
    )
    private let sealing: SealedSecrets

    init() throws { sealing = SealedSecrets(envoy: Self.envoy, identity: try EnvoyIdentity(pem: Self.pem)) }

    /// Computed by another implementation (Python's cryptography 48.0) from this page's description.
    @Test func `a file is what the description says, byte for byte`() throws {
        let expected = """
            VklHT1NFQwFkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg8jJysvMzc7P0NHS05fIc8zpJL8yM3kHmSbViHXz4uwOFf6YQFaSll3wu9SA8M5h\
            ct1oguTV
            """
        let salt = Array(UInt8(100)...131)
        let nonce = try AES.GCM.Nonce(data: Array(UInt8(200)...211))
        let file = try sealing.seal(Self.secrets, salt: salt, nonce: nonce)
        #expect(Data(file).base64EncodedString() == expected)
        let key = sealing.identity.derivedKey(for: "vigo secrets cache 1", salt: salt)
        #expect(
            key.withUnsafeBytes { Data($0).base64EncodedString() } == "ho8DDqeez6Jg8jE3ffB41Ksq5Zi0cUsmzErH4UUAd2A="
        )
    }

    @Test func `what was sealed opens again, and twice the same looks different`() throws {
        let file = try sealing.seal(Self.secrets)
        let opened = try sealing.open(file, epoch: Self.epoch)
        #expect(opened.values.keys.sorted() == Self.secrets.values.keys.sorted())
        #expect(opened.values[SecretKey("c")!]?.matches([0, 255]) == true)
        #expect(try sealing.seal(Self.secrets) != file)
        #expect(try sealing.open(try sealing.seal(HeldSecrets(epoch: 1)), epoch: 1).values.isEmpty)
    }

    @Test func `a file of another envoy, of another identity, or of an epoch that is over does not open`() throws {
        let file = try sealing.seal(Self.secrets)
        let others = [
            SealedSecrets(envoy: UUID().uuidString.lowercased(), identity: sealing.identity),
            SealedSecrets(envoy: Self.envoy, identity: EnvoyIdentity()),
        ]
        for other in others {
            #expect(throws: SealedSecrets.Failure.altered) { try other.open(file, epoch: Self.epoch) }
        }
        for epoch in [Self.epoch - 1, Self.epoch + 1, 0] {
            #expect(throws: SealedSecrets.Failure.altered) { try sealing.open(file, epoch: epoch) }
        }
    }

    @Test func `no flipped bit and no missing end goes unseen`() throws {
        let file = try sealing.seal(Self.secrets)
        for bit in 0..<(file.count * 8) {
            var altered = file
            altered[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: SealedSecrets.Failure.self) { try sealing.open(altered, epoch: Self.epoch) }
        }
        for length in 0..<file.count {
            #expect(throws: SealedSecrets.Failure.self) { try sealing.open(Array(file[..<length]), epoch: Self.epoch) }
        }
        #expect(throws: SealedSecrets.Failure.self) { try sealing.open(file + [0], epoch: Self.epoch) }
    }

    @Test func `the file is its owner's alone, and one that was tampered with is a warning`() throws {
        let directory = NSTemporaryDirectory() + "vigo-secrets-" + UUID().uuidString
        try PrivateFile.makeDirectory(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = SecretsFile(path: directory + "/secrets", sealing: sealing)
        guard case .nothing = file.read(epoch: Self.epoch) else { return #expect(Bool(false)) }
        try file.write(Self.secrets)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let bytes = try PrivateFile.read(file.path)
        #expect(bytes.firstRange(of: Array("one".utf8)) == nil)
        guard case .secrets(let held) = file.read(epoch: Self.epoch) else { return #expect(Bool(false)) }
        #expect(held.values.count == 2)
        try PrivateFile.write(bytes.dropLast() + [bytes.last! ^ 1], to: file.path)
        guard case .unusable(let why) = file.read(epoch: Self.epoch) else { return #expect(Bool(false)) }
        #expect(why.contains(file.path) && why.contains("altered"))
        try file.write(HeldSecrets(epoch: 9))
        guard case .nothing = file.read(epoch: 9) else { return #expect(Bool(false)) }
    }
}
