package import Trust

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What tells the right unlock passphrase from a wrong one, as `secrets-verifier.json` keeps it. The passphrase opens no
/// ciphertext: it only stands between a root shell and a mistake.
package struct UnlockVerifier: Equatable, Sendable {
    private let parameters: Argon2id
    private let salt: [UInt8]
    private let hash: [UInt8]

    package static let largestFile = 4096
    private static let purpose = "vigo unlock verifier"

    package init(_ passphrase: Secret, parameters: Argon2id = .recommended) throws(OperatorError) {
        self.parameters = parameters
        salt = RandomToken.random(16)
        hash = try parameters.key(from: passphrase, salt: salt, purpose: Self.purpose).withBytes { Array($0) }
    }

    /// Takes as long for a right passphrase as for a wrong one.
    package func matches(_ passphrase: Secret) throws(OperatorError) -> Bool {
        try parameters.key(from: passphrase, salt: salt, purpose: Self.purpose, count: hash.count).matches(hash)
    }
}

extension UnlockVerifier {
    /// As it lies in the file.
    private struct Form: Codable {
        var version: Int
        var algorithm: String
        var memoryKiB: UInt32
        var iterations: UInt32
        var lanes: UInt32
        var salt: Data
        var hash: Data

        enum CodingKeys: String, CodingKey {
            case version, algorithm, iterations, lanes, salt, hash
            case memoryKiB = "memory_kib"
        }
    }

    /// Nil for anything that this version did not write.
    package init?(file: [UInt8]) {
        guard file.count <= Self.largestFile, let form = try? JSONDecoder().decode(Form.self, from: Data(file)),
            form.version == 1, form.algorithm == "argon2id", form.salt.count == 16, form.hash.count == 32,
            let parameters = Argon2id(memoryKiB: form.memoryKiB, iterations: form.iterations, lanes: form.lanes)
        else { return nil }
        self.parameters = parameters
        salt = Array(form.salt)
        hash = Array(form.hash)
    }

    package var file: [UInt8] {
        let form = Form(
            version: 1,
            algorithm: "argon2id",
            memoryKiB: parameters.memoryKiB,
            iterations: parameters.iterations,
            lanes: parameters.lanes,
            salt: Data(salt),
            hash: Data(hash)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        // Numbers and base64 always encode.
        return Array((try? encoder.encode(form)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}
