import Crypto
import Foundation
import Testing

@testable import Trust

@Suite struct SSHSignatureTests {
    private static let namespace = ConnectProof.namespace
    private static let message = ConnectProof.message(challenge: "c", credential: "t")

    @Test func `the message that is signed stays what scripts were told`() {
        #expect(String(decoding: Self.message, as: UTF8.self) == "vigo-scrier-connect\nchallenge c\ncredential t\n")
        #expect(SSHSignatureCorpus.message == Self.message)
    }

    @Test(arguments: SSHSignatureCorpus.signatures)
    func `OpenSSH's signatures hold, for their message, namespace and key alone`(blob: [UInt8]) throws {
        let signature = try SSHSignature(blob: blob)
        #expect(signature.blob == blob)
        #expect(signature.isValid(for: Self.message, namespace: Self.namespace))
        #expect(!signature.isValid(for: Self.message + [0], namespace: Self.namespace))
        #expect(!signature.isValid(for: Self.message, namespace: "git"))
        // Signed for another purpose, and said to be for ours.
        let renamed = SSHSignature(
            key: signature.key,
            namespace: "file",
            digest: signature.digest,
            signature: signature.signature
        )
        #expect(!renamed.isValid(for: Self.message, namespace: "file"))
        for other in SSHSignatureCorpus.signatures {
            let key = try SSHSignature(blob: other).key
            guard key != signature.key else { continue }
            let stolen = SSHSignature(
                key: key,
                namespace: Self.namespace,
                digest: signature.digest,
                signature: signature.signature
            )
            #expect(!stolen.isValid(for: Self.message, namespace: Self.namespace))
        }
    }

    @Test(arguments: ["ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 2048", "rsa -b 4096"])
    func `what ssh-keygen signs today holds, and what we write it reads`(kind: String) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sig-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data(Self.message).write(to: URL(filePath: "\(directory)/message"))
        let text = try run(
            """
            cd \(directory); ssh-keygen -q -t \(kind) -N '' -f key
            ssh-keygen -q -Y sign -n \(Self.namespace) -f key message; cat message.sig
            """
        )
        let signature = try SSHSignature(armored: text)
        #expect(signature.isValid(for: Self.message, namespace: Self.namespace))
        try signature.armored.write(toFile: "\(directory)/ours", atomically: true, encoding: .utf8)
        let verdict = try run(
            """
            cd \(directory); printf 'dan %s\\n' "$(cat key.pub)" > signers
            ssh-keygen -Y verify -f signers -I dan -n \(Self.namespace) -s ours < message
            """
        )
        #expect(verdict.contains("Good \"vigo-scrier-connect\" signature"))
    }

    /// Signs as a hardware token does (OpenSSH PROTOCOL.u2f); there is none to be had in a test.
    private func token(flags: UInt8, ecdsa: Bool, application: String = "ssh:") throws -> SSHSignature {
        let data = SSHSignature.signedData(Self.message, namespace: Self.namespace)
        var asked = SSHWireWriter()
        asked.raw(SHA256.hash(data: Data("ssh:".utf8)))
        asked.raw([flags])
        asked.integer(7)
        asked.raw(SHA256.hash(data: Data(data)))
        let name = ecdsa ? "sk-ecdsa-sha2-nistp256@openssh.com" : "sk-ssh-ed25519@openssh.com"
        var (blob, signature) = (SSHWireWriter(), SSHWireWriter())
        blob.string(name.utf8)
        signature.string(name.utf8)
        if ecdsa {
            let key = P256.Signing.PrivateKey()
            blob.string("nistp256".utf8)
            blob.string([UInt8](key.publicKey.x963Representation))
            let raw = [UInt8](try key.signature(for: Data(asked.bytes)).rawRepresentation)
            var numbers = SSHWireWriter()
            for half in [raw[..<32], raw[32...]] { numbers.string((half[half.startIndex] >= 0x80 ? [0] : []) + half) }
            signature.string(numbers.bytes)
        } else {
            let key = Curve25519.Signing.PrivateKey()
            blob.string([UInt8](key.publicKey.rawRepresentation))
            signature.string([UInt8](try key.signature(for: Data(asked.bytes))))
        }
        blob.string(application.utf8)
        signature.raw([flags])
        signature.integer(7)
        return SSHSignature(
            key: try SSHPublicKey(blob: blob.bytes),
            namespace: Self.namespace,
            signature: signature.bytes
        )
    }

    @Test(arguments: [false, true])
    func `a hardware token's signature counts when somebody touched it`(ecdsa: Bool) throws {
        #expect(try token(flags: 1, ecdsa: ecdsa).isValid(for: Self.message, namespace: Self.namespace))
        #expect(try token(flags: 5, ecdsa: ecdsa).isValid(for: Self.message, namespace: Self.namespace))
        #expect(try !token(flags: 0, ecdsa: ecdsa).isValid(for: Self.message, namespace: Self.namespace))
        #expect(
            try !token(flags: 1, ecdsa: ecdsa, application: "ssh:x")
                .isValid(for: Self.message, namespace: Self.namespace)
        )
    }

    @Test func `RSA with SHA-1, and an algorithm that is not the key's, prove nothing`() throws {
        let rsa = try SSHSignature(blob: SSHSignatureCorpus.signatures[5])
        var reader = SSHWireReader(rsa.signature)
        #expect(reader.text() == "rsa-sha2-512")
        let value = reader.string() ?? []
        for name in ["ssh-rsa", "rsa-sha2-256", "ssh-ed25519", ""] {
            var writer = SSHWireWriter()
            writer.string(name.utf8)
            writer.string(value)
            #expect(
                !rsa.key.isValid(
                    signature: writer.bytes,
                    of: SSHSignature.signedData(Self.message, namespace: Self.namespace)
                )
            )
        }
    }

    @Test(arguments: SSHSignatureCorpus.nonsense)
    func `what is no signature is refused`(blob: [UInt8]) {
        #expect(throws: SSHSignatureError.self) { try SSHSignature(blob: blob) }
    }

    @Test func `text without its armor is refused`() throws {
        let armored = try SSHSignature(blob: SSHSignatureCorpus.signatures[0]).armored
        #expect(try SSHSignature(armored: armored.split(separator: "\n").joined(separator: "\r\n")).armored == armored)
        let lines = armored.split(separator: "\n")
        let texts = [
            "", "x", lines.dropFirst().joined(separator: "\n"), lines.dropLast().joined(separator: "\n"),
            "!\n" + armored,
        ]
        for text in texts + [armored + armored, String(repeating: "\n", count: 20_000)] {
            #expect(throws: SSHSignatureError.self) { try SSHSignature(armored: text) }
        }
    }

    @Test func `no mutation of a signature crashes anything, and none holds but by what is not signed`() throws {
        var mutation = Mutation(seed: 20_261_125)
        // Nonsense may become good again.
        let good = Set(SSHSignatureCorpus.signatures)
        for blob in SSHSignatureCorpus.signatures + SSHSignatureCorpus.nonsense {
            for _ in 0..<1_000 {
                let changed = mutation.next(of: blob)
                guard !good.contains(changed), let signature = try? SSHSignature(blob: changed) else { continue }
                #expect(signature.blob == changed)
                #expect(!signature.isValid(for: Self.message, namespace: Self.namespace), "\(changed)")
            }
        }
    }

    @Test func `no mutation of an agent's signature crashes the check, or holds`() throws {
        var mutation = Mutation(seed: 7)
        let tokens = try [token(flags: 1, ecdsa: false), token(flags: 1, ecdsa: true)]
        for signature in try SSHSignatureCorpus.signatures.map({ try SSHSignature(blob: $0) }) + tokens {
            let data = SSHSignature.signedData(Self.message, namespace: Self.namespace, digest: signature.digest)
            for _ in 0..<1_000 {
                let changed = mutation.next(of: signature.signature)
                guard changed != signature.signature else { continue }
                #expect(!signature.key.isValid(signature: changed, of: data), "\(changed)")
            }
        }
    }
}
