import CLibCrypto
import PluginKit

/// AES-256-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D), by OpenSSL: the only file that knows it.
struct AESGCM {
    static let keySize = 32
    static let nonceSize = 12
    static let tagSize = 16

    struct Failure: Error {}

    /// Fetched once, and early: later OpenSSL could not load it. Never changed afterwards.
    private nonisolated(unsafe) static let cipher = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

    private let context: Context
    private let key: UnsafeRawBufferPointer

    /// The context is OpenSSL's own memory, which it wipes itself.
    private final class Context {
        let pointer: OpaquePointer

        init() throws(Failure) {
            guard let pointer = EVP_CIPHER_CTX_new() else { throw Failure() }
            self.pointer = pointer
        }

        deinit { EVP_CIPHER_CTX_free(pointer) }
    }

    /// The key is lent: it must live as long as this.
    init(key: UnsafeRawBufferPointer) throws(Failure) {
        precondition(key.count == Self.keySize)
        self.key = key
        context = try Context()
    }

    /// Loads what OpenSSL would load later, when nothing can be opened any more, and sees that it works.
    static func prepare() throws {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        guard sha256(UnsafeRawBufferPointer(start: nil, count: 0)).prefix(4) == [0xE3, 0xB0, 0xC4, 0x42] else {
            throw Failure()
        }
        var key = [UInt8](repeating: 0, count: keySize)
        try random(into: &key)
        try key.withUnsafeBytes { key in
            let cipher = try AESGCM(key: key)
            try withUnsafeTemporaryAllocation(byteCount: 16 + tagSize, alignment: 16) { memory in
                memory.initializeMemory(as: UInt8.self, repeating: 0)
                let text = UnsafeMutableRawBufferPointer(rebasing: memory[..<16])
                let tag = UnsafeMutableRawBufferPointer(rebasing: memory[16...])
                let nonce = UnsafeRawBufferPointer(rebasing: key[..<nonceSize])
                try cipher.seal(UnsafeRawBufferPointer(text), nonce: nonce, with: nonce, into: text, tag: tag)
                let (sealed, written) = (UnsafeRawBufferPointer(text), UnsafeRawBufferPointer(tag))
                try cipher.open(sealed, nonce: nonce, with: nonce, tag: written, into: text)
                guard text.allSatisfy({ $0 == 0 }) else { throw Failure() }
            }
        }
    }

    static func random(into bytes: inout [UInt8]) throws(Failure) {
        guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else { throw Failure() }
    }

    static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil)
        return digest
    }

    /// `associated` is bound, and not part of what comes out. In place where input and output are the same.
    func seal(
        _ plaintext: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        with associated: UnsafeRawBufferPointer,
        into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) throws(Failure) {
        precondition(nonce.count == Self.nonceSize && tag.count == Self.tagSize && plaintext.count == ciphertext.count)
        let context = context.pointer
        guard EVP_EncryptInit_ex2(context, Self.cipher, bytes(key), bytes(nonce), nil) == 1 else { throw Failure() }
        var count: Int32 = 0
        if !associated.isEmpty {
            let result = EVP_EncryptUpdate(context, nil, &count, bytes(associated), Int32(associated.count))
            guard result == 1 else { throw Failure() }
        }
        if !plaintext.isEmpty {
            let result = EVP_EncryptUpdate(context, bytes(ciphertext), &count, bytes(plaintext), Int32(plaintext.count))
            guard result == 1, Int(count) == plaintext.count else { throw Failure() }
        }
        guard EVP_EncryptFinal_ex(context, bytes(tag), &count) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagSize), tag.baseAddress) == 1
        else { throw Failure() }
    }

    /// Throws, with the output wiped, when anything is not as it was sealed.
    func open(
        _ ciphertext: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        with associated: UnsafeRawBufferPointer,
        tag: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(Failure) {
        precondition(nonce.count == Self.nonceSize && tag.count == Self.tagSize && plaintext.count == ciphertext.count)
        let context = context.pointer
        guard EVP_DecryptInit_ex2(context, Self.cipher, bytes(key), bytes(nonce), nil) == 1 else { throw Failure() }
        var count: Int32 = 0
        var isGood = true
        if !associated.isEmpty {
            isGood = EVP_DecryptUpdate(context, nil, &count, bytes(associated), Int32(associated.count)) == 1
        }
        if isGood, !ciphertext.isEmpty {
            isGood =
                EVP_DecryptUpdate(context, bytes(plaintext), &count, bytes(ciphertext), Int32(ciphertext.count)) == 1
        }
        let tag = UnsafeMutableRawPointer(mutating: tag.baseAddress)
        var rest: UInt8 = 0
        isGood =
            isGood && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagSize), tag) == 1
            && EVP_DecryptFinal_ex(context, &rest, &count) == 1
        guard isGood else {
            OPENSSL_cleanse(plaintext.baseAddress, plaintext.count)
            throw Failure()
        }
    }

    private func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    private func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}
