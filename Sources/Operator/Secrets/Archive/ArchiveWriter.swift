import Crypto
package import Trust

/// Writes secrets into an archive, a chunk at a time.
///
/// Within the chunks: for each secret `u32 length, key, u32 length, value`, keys in ascending order; at the end a zero and
/// `u64 count`.
package struct ArchiveWriter {
    private let key: SymmetricKey
    private let write: ([UInt8]) throws(OperatorError) -> Void
    private let chunk = Chunk()
    private var number: UInt64 = 0
    private var count: UInt64 = 0
    private var last: SecretKey?

    /// Wiped when the writer goes.
    private final class Chunk {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: ArchiveChunk.plainSize, alignment: 16)
        var length = 0

        deinit {
            Wiping.wipe(bytes)
            bytes.deallocate()
        }
    }

    package init(
        _ passphrase: Secret,
        parameters: Argon2id = .recommended,
        write: @escaping ([UInt8]) throws(OperatorError) -> Void
    ) throws(OperatorError) {
        let header = ArchiveHeader(parameters: parameters)
        let keys = try header.keys(passphrase)
        key = keys.chunks
        self.write = write
        try write(header.bytes(keys.header))
    }

    package mutating func append(_ name: SecretKey, _ value: Secret) throws(OperatorError) {
        if let last, last >= name { throw OperatorError("secrets go into an archive in order: \(name) after \(last)") }
        last = name
        count += 1
        try append(number: name.description.utf8.count)
        try append(Array(name.description.utf8))
        try append(number: value.count)
        var rest = 0
        while rest < value.count {
            let part = min(value.count - rest, ArchiveChunk.plainSize)
            let bytes = value.withBytes { Secret(UnsafeRawBufferPointer(rebasing: $0[rest..<rest + part])) }
            try append(bytes)
            rest += part
        }
    }

    package mutating func finish() throws(OperatorError) {
        try append(number: 0)
        try append((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) })
        try seal(isLast: true)
    }

    private mutating func append(number: Int) throws(OperatorError) {
        try append((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    private mutating func append(_ bytes: [UInt8]) throws(OperatorError) { try append(Secret(bytes)) }

    private mutating func append(_ bytes: Secret) throws(OperatorError) {
        var taken = 0
        while taken < bytes.count {
            // A full chunk waits for what follows it: the last one must know that it is the last.
            if chunk.length == ArchiveChunk.plainSize { try seal(isLast: false) }
            let part = min(bytes.count - taken, ArchiveChunk.plainSize - chunk.length)
            bytes.withBytes { source in
                let target = UnsafeMutableRawBufferPointer(rebasing: chunk.bytes[chunk.length...])
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[taken..<taken + part]))
            }
            chunk.length += part
            taken += part
        }
    }

    private mutating func seal(isLast: Bool) throws(OperatorError) {
        let plain = UnsafeRawBufferPointer(rebasing: chunk.bytes[..<chunk.length])
        try write(try ArchiveChunk.seal(plain, number: number, isLast: isLast, key))
        number += 1
        chunk.length = 0
    }
}
