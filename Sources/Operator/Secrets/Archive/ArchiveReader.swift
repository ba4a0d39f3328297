import Crypto
package import Trust

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads an archive secret by secret. Each one is known to be as it was written; that the archive is whole is known when
/// `next` has said nil.
package struct ArchiveReader {
    private let key: SymmetricKey
    /// Up to so many bytes; fewer at the end only.
    private let read: (Int) throws(OperatorError) -> [UInt8]
    private let plain = Plain()
    private var ahead: [UInt8]
    private var number: UInt64 = 0
    private var isOver = false
    private var count: UInt64 = 0
    private var last: SecretKey?

    package static let damaged = OperatorError(
        "the archive is damaged: it was changed or cut short after it was written",
        code: "damaged_archive"
    )

    /// What has been opened and not yet taken.
    private final class Plain {
        var bytes = Data()
        var position = 0

        deinit { wipe() }

        func wipe() { bytes.withUnsafeMutableBytes { Wiping.wipe($0) } }
    }

    package init(
        _ passphrase: Secret,
        read: @escaping (Int) throws(OperatorError) -> [UInt8]
    ) throws(OperatorError) {
        let bytes = try read(ArchiveHeader.size)
        let header = try ArchiveHeader(bytes)
        let keys = try header.keys(passphrase)
        guard header.isValid(bytes, keys.header) else {
            throw OperatorError(
                "the passphrase is wrong, or the archive's beginning is damaged",
                code: "wrong_passphrase"
            )
        }
        key = keys.chunks
        self.read = read
        ahead = try read(ArchiveChunk.sealedSize)
    }

    /// Nil after the last one.
    package mutating func next() throws(OperatorError) -> (key: SecretKey, value: Secret)? {
        let length = try takeNumber()
        guard length > 0 else {
            try finish()
            return nil
        }
        guard length <= SecretKey.longest else { throw Self.damaged }
        let name = try take(length).withBytes { SecretKey(String(decoding: $0, as: UTF8.self)) }
        guard let name, last.map({ $0 < name }) ?? true else { throw Self.damaged }
        last = name
        count += 1
        let size = try takeNumber()
        guard size <= SecretInput.largest else { throw Self.damaged }
        return (name, try take(size))
    }

    private mutating func finish() throws(OperatorError) {
        let told = try take(8).withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard told == count, plain.position == plain.bytes.count, isOver else { throw Self.damaged }
    }

    private mutating func takeNumber() throws(OperatorError) -> Int {
        try take(4).withBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
    }

    private mutating func take(_ count: Int) throws(OperatorError) -> Secret {
        var parts: [Secret] = []
        var missing = count
        while missing > 0 {
            if plain.position == plain.bytes.count { try openNext() }
            let part = min(missing, plain.bytes.count - plain.position)
            parts.append(
                plain.bytes.withUnsafeBytes {
                    Secret(UnsafeRawBufferPointer(rebasing: $0[plain.position..<plain.position + part]))
                }
            )
            plain.position += part
            missing -= part
        }
        return Secret(joining: parts)
    }

    private mutating func openNext() throws(OperatorError) {
        guard !isOver else { throw Self.damaged }
        let sealed = ahead
        ahead = sealed.count == ArchiveChunk.sealedSize ? try read(ArchiveChunk.sealedSize) : []
        let isLast = ahead.isEmpty
        let opened = sealed.withUnsafeBytes { ArchiveChunk.open($0, number: number, isLast: isLast, key) }
        guard let opened, isLast || opened.count == ArchiveChunk.plainSize, !opened.isEmpty else { throw Self.damaged }
        plain.wipe()
        plain.bytes = opened
        plain.position = 0
        number += 1
        isOver = isLast
    }
}
