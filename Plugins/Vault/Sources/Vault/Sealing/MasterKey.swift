import PluginKit

/// A key that secrets are sealed with, and the name by which a sealed file says so.
final class MasterKey {
    static let size = AESGCM.keySize

    /// Says which key it is and nothing about it: the beginning of a hash.
    let id: KeyID
    let cipher: AESGCM
    private let memory: LockedMemory

    init(_ bytes: UnsafeRawBufferPointer, named name: String) throws(SessionFailure) {
        guard bytes.count == Self.size else {
            throw SessionFailure(.invalid, "The \(name) has \(bytes.count) bytes; a key has \(Self.size).")
        }
        memory = LockedMemory(copying: bytes)
        let label = Array("vigo vault key id 1\0".utf8)
        let labelled = LockedMemory(count: label.count + Self.size)
        labelled.bytes.copyBytes(from: label)
        UnsafeMutableRawBufferPointer(rebasing: labelled.bytes[label.count...]).copyMemory(from: bytes)
        id = KeyID(AESGCM.sha256(UnsafeRawBufferPointer(labelled.bytes)).prefix(KeyID.size))
        do {
            cipher = try AESGCM(key: UnsafeRawBufferPointer(memory.bytes))
        } catch {
            throw SessionFailure(.internalError, "OpenSSL has no AES-256-GCM.")
        }
    }
}

struct KeyID: Hashable, CustomStringConvertible {
    static let size = 8

    let bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    var description: String { Hex.encode(bytes) }
}

enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Lower case only: there is one way to write each.
    static func decode(_ text: String) -> [UInt8]? {
        let values = text.utf8.map { digits.firstIndex(of: $0) }
        guard values.count % 2 == 0, values.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0]! << 4 | values[$0 + 1]!) }
    }
}
