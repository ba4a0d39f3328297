/// The eight bytes before each payload. Separate from the frame, so that bulk bytes can be relayed without a copy:
/// write the header, then the bytes from where they lie.
package struct WorkerFrameHeader: Equatable, Sendable {
    package var kind: UInt16
    package var length: Int

    package static let size = 8

    package init(kind: UInt16, length: Int) {
        self.kind = kind
        self.length = length
    }

    /// From at least `size` bytes.
    package init(_ bytes: UnsafeRawBufferPointer) throws(WorkerProtocolError) {
        guard bytes.count >= Self.size else { throw .truncated }
        let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        let kind = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
        guard Int(length) <= WorkerFrame.maximumPayload(of: kind) else { throw .frameTooLarge(Int(length)) }
        let reserved = bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)
        guard reserved == 0 else { throw .malformed("the reserved part of a frame header") }
        self.init(kind: kind, length: Int(length))
    }

    /// Length in the low 32 bits, then kind, then zero: the header as one integer, little endian.
    package var word: UInt64 { UInt64(UInt32(length)) | UInt64(kind) << 32 }

    package var encoded: [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }
}
