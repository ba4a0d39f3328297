import Crypto
import FoundationEssentials
import Trust

/// The secrets as they lie on the disk, for a start without the server: AES-256-GCM under a key that only this envoy's identity gives.
///
/// `"VIGOSEC" 1`, a salt of 32 bytes, a nonce of 12, the ciphertext, a tag of 16. The first 40 bytes, the envoy's id and the epoch are bound as
/// associated data: a file of another envoy, or of another epoch than the agent remembers, does not open. Inside: for each secret its key and its value,
/// each after a big-endian uint32 length, sorted by key.
struct SealedSecrets {
    let envoy: String
    let identity: EnvoyIdentity

    enum Failure: Error, Equatable, CustomStringConvertible {
        case format
        case altered

        var description: String {
            switch self {
            case .format: "it is not a file of secrets that this version knows"
            case .altered: "it was altered, or is of another envoy or an earlier epoch"
            }
        }
    }

    private static let magic = Array("VIGOSEC".utf8) + [1]
    private static let saltSize = 32
    private static let headerSize = magic.count + saltSize
    private static let purpose = "vigo secrets cache 1"

    func seal(_ secrets: HeldSecrets, salt: [UInt8] = RandomToken.random(32), nonce: AES.GCM.Nonce = AES.GCM.Nonce())
        throws
        -> [UInt8]
    {
        let header = Self.magic + salt
        var plain: [UInt8] = []
        // Grown once to its size: growing copies, and copies are not wiped.
        plain.reserveCapacity(secrets.values.reduce(0) { $0 + 8 + $1.key.description.utf8.count + $1.value.count })
        defer { for index in plain.indices { plain[index] = 0 } }
        for (key, value) in secrets.values.sorted(by: { $0.key < $1.key }) {
            Self.append(Array(key.description.utf8), to: &plain)
            value.withBytes { Self.append($0, to: &plain) }
        }
        let box = try AES.GCM.seal(
            plain,
            using: identity.derivedKey(for: Self.purpose, salt: salt),
            nonce: nonce,
            authenticating: associated(header, secrets.epoch)
        )
        return header + Array(box.nonce) + box.ciphertext + box.tag
    }

    func open(_ file: [UInt8], epoch: UInt64) throws -> HeldSecrets {
        guard file.count >= Self.headerSize + 12 + 16, file.starts(with: Self.magic) else { throw Failure.format }
        let header = Array(file[..<Self.headerSize])
        let salt = header[Self.magic.count...]
        let key = identity.derivedKey(for: Self.purpose, salt: Array(salt))
        guard let box = try? AES.GCM.SealedBox(combined: file[Self.headerSize...]),
            var plain = try? AES.GCM.open(box, using: key, authenticating: associated(header, epoch))
        else { throw Failure.altered }
        defer { plain.resetBytes(in: plain.indices) }
        var values: [SecretKey: Secret] = [:]
        var rest = plain[...]
        while !rest.isEmpty {
            guard let name = Self.take(&rest), let key = SecretKey(String(decoding: name, as: UTF8.self)),
                let value = Self.take(&rest)
            else { throw Failure.format }
            values[key] = Secret(value)
        }
        return HeldSecrets(epoch: epoch, values: values)
    }

    private func associated(_ header: [UInt8], _ epoch: UInt64) -> [UInt8] {
        header + Self.bigEndian(epoch) + Array(envoy.utf8)
    }

    private static func append(_ field: some Collection<UInt8>, to bytes: inout [UInt8]) {
        bytes += bigEndian(UInt32(field.count))
        bytes += field
    }

    private static func take(_ bytes: inout Data.SubSequence) -> Data.SubSequence? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        guard bytes.count >= length else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
