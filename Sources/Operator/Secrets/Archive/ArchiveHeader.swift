import Crypto
import Trust

/// The first bytes of an archive of secrets (all numbers little-endian):
///
///     0  "VIGOSECR"     8  u16 version, 1      10  u8 key derivation, 1: Argon2id      11  u8 cipher, 1: AES-256-GCM in chunks
///     12 u32 memory in KiB, u32 iterations, u32 lanes           24  salt, 16 bytes
///     40 HMAC-SHA256 of the bytes before, 32 bytes
///
/// By the last field a wrong passphrase is told before anything else is read.
struct ArchiveHeader: Equatable, Sendable {
    static let size = 72
    private static let magic = Array("VIGOSECR".utf8)
    private static let authenticated = 40

    let parameters: Argon2id
    let salt: [UInt8]

    init(parameters: Argon2id) {
        self.parameters = parameters
        salt = RandomToken.random(16)
    }

    /// Of an archive; whether it is whole is seen with the passphrase.
    init(_ bytes: [UInt8]) throws(OperatorError) {
        guard bytes.count == Self.size, bytes.starts(with: Self.magic) else {
            throw OperatorError("this is no archive of secrets", code: "no_archive")
        }
        let version = Int(bytes[8]) | Int(bytes[9]) << 8
        guard version == 1, bytes[10] == 1, bytes[11] == 1 else {
            throw OperatorError(
                "the archive has version \(version) and ciphers that this vigocli does not know: use a newer one",
                code: "newer_archive"
            )
        }
        let numbers = [12, 16, 20].map { start in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        }
        guard let parameters = Argon2id(memoryKiB: numbers[0], iterations: numbers[1], lanes: numbers[2]) else {
            throw OperatorError("the archive's beginning is damaged", code: "damaged_archive")
        }
        self.parameters = parameters
        salt = Array(bytes[24..<40])
    }

    /// The two keys that a passphrase makes of this header.
    func keys(_ passphrase: Secret) throws(OperatorError) -> (header: SymmetricKey, chunks: SymmetricKey) {
        let root = try parameters.key(from: passphrase, salt: salt, purpose: "vigo secrets archive")
        return root.withBytes { bytes in
            let root = SymmetricKey(data: bytes)
            let derive = { (name: String) in
                HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Array(name.utf8), outputByteCount: 32)
            }
            return (derive("header"), derive("chunks"))
        }
    }

    func bytes(_ key: SymmetricKey) -> [UInt8] {
        let bytes = authenticatedBytes
        return bytes + Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }

    func isValid(_ bytes: [UInt8], _ key: SymmetricKey) -> Bool {
        let codes = (bytes[..<Self.authenticated], bytes[Self.authenticated...])
        return HMAC<SHA256>.isValidAuthenticationCode(codes.1, authenticating: codes.0, using: key)
    }

    private var authenticatedBytes: [UInt8] {
        let numbers = [parameters.memoryKiB, parameters.iterations, parameters.lanes]
        return Self.magic + [1, 0, 1, 1]
            + numbers.flatMap { number in (0..<4).map { UInt8(number >> (8 * $0) & 0xff) } }
            + salt
    }
}
