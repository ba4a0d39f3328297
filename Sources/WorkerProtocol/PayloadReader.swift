/// Reads a payload from front to back; whatever is missing or left over is an error.
struct PayloadReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(WorkerProtocolError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { throw .truncated }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        offset += size
        return Value(littleEndian: value)
    }

    mutating func boolean(_ what: String) throws(WorkerProtocolError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw .malformed(what)
        }
    }

    mutating func data() throws(WorkerProtocolError) -> [UInt8] {
        let count = Int(try integer(UInt32.self))
        guard bytes.count - offset >= count else { throw .truncated }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    mutating func string(_ what: String) throws(WorkerProtocolError) -> String {
        guard let text = String(validating: try data(), as: UTF8.self) else { throw .malformed(what) }
        return text
    }

    /// A list whose elements take at least `width` bytes each, so that no count can ask for more than was sent.
    mutating func count(elementsOfAtLeast width: Int) throws(WorkerProtocolError) -> Int {
        let count = Int(try integer(UInt32.self))
        guard count <= (bytes.count - offset) / width else { throw .truncated }
        return count
    }

    mutating func rest() -> [UInt8] {
        defer { offset = bytes.count }
        return Array(bytes[offset...])
    }

    func end() throws(WorkerProtocolError) {
        guard offset == bytes.count else { throw .trailingBytes(bytes.count - offset) }
    }
}
