import CCrypt
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is kept of a token: enough to recognize it, too little to use it.
package enum TokenHash {
    /// bcrypt, for enrollment tokens. Takes about 50 ms on purpose.
    package static func bcrypt(_ secret: Secret) throws -> String {
        let random = RandomToken.random(16).map(CChar.init(bitPattern:))
        guard
            let salt = random.withUnsafeBufferPointer({ bytes -> String? in
                var output = [CChar](repeating: 0, count: 192)
                guard
                    crypt_gensalt_rn("$2b$", 10, bytes.baseAddress, Int32(bytes.count), &output, Int32(output.count))
                        != nil
                else { return nil }
                return text(output)
            }), let hash = crypt(secret, setting: salt)
        else { throw TrustError.malformed("this system's libcrypt does not know bcrypt") }
        return hash
    }

    package static func isBcrypt(_ hash: String, of secret: Secret) -> Bool {
        guard hash.hasPrefix("$2b$"), let computed = crypt(secret, setting: hash) else { return false }
        return ConstantTime.equal(Array(computed.utf8), Array(hash.utf8))
    }

    /// SHA-256 in hexadecimal, for API tokens: 256 random bits need no slow hash, and every request would pay for one.
    package static func sha256(_ secret: Secret) -> String {
        let digest = secret.withBytes { SHA256.hash(data: $0) }
        return digest.map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0" + hex : hex
        }.joined()
    }

    package static func isSHA256(_ hash: String, of secret: Secret) -> Bool {
        ConstantTime.equal(Array(sha256(secret).utf8), Array(hash.utf8))
    }

    private static func crypt(_ secret: Secret, setting: String) -> String? {
        // The working memory holds traces of the secret; it is some 32 KiB, too much for the stack of a task.
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        let bytes = UnsafeMutableRawBufferPointer(start: data, count: MemoryLayout<crypt_data>.size)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        defer {
            for index in bytes.indices { bytes.storeBytes(of: 0, toByteOffset: index, as: UInt8.self) }
            data.deallocate()
        }
        var phrase = secret.withBytes { $0.map(CChar.init(bitPattern:)) } + [0]
        defer { for index in phrase.indices { phrase[index] = 0 } }
        guard let result = crypt_r(phrase, setting, data) else { return nil }
        let hash = String(cString: result)
        return hash.hasPrefix("*") ? nil : hash
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
