import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One chunk of an archive: AES-256-GCM, its place and whether it is the last one in the nonce, so that none can be moved,
/// left out, or cut off at the end. The key is that of one archive.
enum ArchiveChunk {
    static let plainSize = 64 << 10
    static let tagSize = 16
    static let sealedSize = plainSize + tagSize

    static func seal(
        _ plain: UnsafeRawBufferPointer,
        number: UInt64,
        isLast: Bool,
        _ key: SymmetricKey
    ) throws(OperatorError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plain, using: key, nonce: try nonce(number, isLast))
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw OperatorError("sealing the archive failed: \(error)")
        }
    }

    /// Nil for one that was not sealed at this place with this key.
    static func open(_ sealed: UnsafeRawBufferPointer, number: UInt64, isLast: Bool, _ key: SymmetricKey) -> Data? {
        guard sealed.count >= tagSize else { return nil }
        let (cipher, tag) = (sealed.dropLast(tagSize), sealed.suffix(tagSize))
        guard let nonce = try? nonce(number, isLast),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: Array(cipher), tag: Array(tag))
        else { return nil }
        return try? AES.GCM.open(box, using: key)
    }

    private static func nonce(_ number: UInt64, _ isLast: Bool) throws -> AES.GCM.Nonce {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        return try AES.GCM.Nonce(data: counter + [0, 0, 0, isLast ? 1 : 0])
    }
}
