/// A body's fields where they lie: repeated { uint32 length, little endian; bytes }.
package struct ExchangeFields {
    private var rest: UnsafeRawBufferPointer

    package init(_ body: UnsafeRawBufferPointer) { rest = body }

    package var isAtEnd: Bool { rest.isEmpty }

    /// The next field, a part of the body; nil at its end.
    package mutating func next() throws(WorkerProtocolError) -> UnsafeRawBufferPointer? {
        guard !rest.isEmpty else { return nil }
        guard rest.count >= 4 else { throw .truncated }
        let length = Int(UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        guard length <= rest.count - 4 else { throw .truncated }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + length)...]) }
        return UnsafeRawBufferPointer(rebasing: rest[4..<4 + length])
    }

    package mutating func text(_ what: String) throws(WorkerProtocolError) -> String {
        guard let field = try next() else { throw .truncated }
        guard let text = String(validating: field, as: UTF8.self) else { throw .malformed(what) }
        return text
    }
}
