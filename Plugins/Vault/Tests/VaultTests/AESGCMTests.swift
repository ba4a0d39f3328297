import Testing

@testable import Vault

/// The test cases for AES-256 of the GCM specification that NIST SP 800-38D refers to (McGrew, Viega: The Galois/Counter Mode
/// of Operation, appendix B), those with 96-bit nonces.
@Suite struct AESGCMTests {
    struct Vector: Sendable, CustomStringConvertible {
        let description: String
        let key, plaintext, nonce, associated, ciphertext, tag: [UInt8]

        init(
            _ name: String,
            key: String,
            plaintext: String,
            nonce: String,
            with: String,
            ciphertext: String,
            tag: String
        ) {
            description = name
            self.key = Hex.decode(key)!
            self.plaintext = Hex.decode(plaintext)!
            self.nonce = Hex.decode(nonce)!
            associated = Hex.decode(with)!
            self.ciphertext = Hex.decode(ciphertext)!
            self.tag = Hex.decode(tag)!
        }
    }

    private static let zeroKey = String(repeating: "00", count: 32)
    private static let zeroNonce = String(repeating: "00", count: 12)
    private static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    private static let text =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
        + "ba637b39"
    private static let sealed =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
        + "bcc9f662"

    static let vectors = [
        Vector(
            "case 13",
            key: zeroKey,
            plaintext: "",
            nonce: zeroNonce,
            with: "",
            ciphertext: "",
            tag: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Vector(
            "case 14",
            key: zeroKey,
            plaintext: "00000000000000000000000000000000",
            nonce: zeroNonce,
            with: "",
            ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
            tag: "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Vector(
            "case 15",
            key: key,
            plaintext: text + "1aafd255",
            nonce: "cafebabefacedbaddecaf888",
            with: "",
            ciphertext: sealed + "898015ad",
            tag: "b094dac5d93471bdec1a502270e3cc6c"
        ),
        Vector(
            "case 16",
            key: key,
            plaintext: text,
            nonce: "cafebabefacedbaddecaf888",
            with: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            ciphertext: sealed,
            tag: "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test(arguments: vectors)
    func `seals and opens as the specification says`(vector: Vector) throws {
        try vector.key.withUnsafeBytes { key in
            let cipher = try AESGCM(key: key)
            var sealed = [UInt8](repeating: 0, count: vector.plaintext.count)
            var tag = [UInt8](repeating: 0, count: 16)
            try vector.plaintext.withUnsafeBytes { plaintext in
                try vector.nonce.withUnsafeBytes { nonce in
                    try vector.associated.withUnsafeBytes { associated in
                        try sealed.withUnsafeMutableBytes { sealed in
                            try tag.withUnsafeMutableBytes { tag in
                                try cipher.seal(plaintext, nonce: nonce, with: associated, into: sealed, tag: tag)
                            }
                        }
                    }
                }
            }
            #expect(sealed == vector.ciphertext && tag == vector.tag)
            #expect(open(vector, with: cipher) == vector.plaintext)
        }
    }

    @Test(arguments: vectors)
    func `one bit anywhere, and it does not open`(vector: Vector) throws {
        try vector.key.withUnsafeBytes { key in
            let cipher = try AESGCM(key: key)
            for bit in 0..<8 {
                for index in vector.tag.indices {
                    var tag = vector.tag
                    tag[index] ^= 1 << bit
                    #expect(open(vector, with: cipher, tag: tag) == nil)
                }
                for index in vector.ciphertext.indices {
                    var ciphertext = vector.ciphertext
                    ciphertext[index] ^= 1 << bit
                    #expect(open(vector, with: cipher, ciphertext: ciphertext) == nil)
                }
                for index in vector.associated.indices {
                    var associated = vector.associated
                    associated[index] ^= 1 << bit
                    #expect(open(vector, with: cipher, associated: associated) == nil)
                }
            }
        }
    }

    private func open(
        _ vector: Vector,
        with cipher: AESGCM,
        ciphertext: [UInt8]? = nil,
        associated: [UInt8]? = nil,
        tag: [UInt8]? = nil
    ) -> [UInt8]? {
        var opened = [UInt8](repeating: 0xAA, count: vector.ciphertext.count)
        let isOpen = (ciphertext ?? vector.ciphertext).withUnsafeBytes { ciphertext in
            vector.nonce.withUnsafeBytes { nonce in
                (associated ?? vector.associated).withUnsafeBytes { associated in
                    (tag ?? vector.tag).withUnsafeBytes { tag in
                        opened.withUnsafeMutableBytes { opened in
                            (try? cipher.open(ciphertext, nonce: nonce, with: associated, tag: tag, into: opened))
                                != nil
                        }
                    }
                }
            }
        }
        // What did not open leaves nothing of itself.
        if !isOpen { #expect(opened.allSatisfy { $0 == 0 }) }
        return isOpen ? opened : nil
    }
}
