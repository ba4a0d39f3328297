/// Reads JSON (RFC 8259) where it lies, one value after the other, so that a secret in it goes from the answer's buffer
/// into another one that is wiped, and nowhere else.
struct JSONReader {
    struct Malformed: Error {}

    enum Kind { case object, array, text, number, boolean, null }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var depth = 0

    private static let deepest = 64

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// One whole document: nothing may follow it.
    static func read<Result>(
        _ document: WipedBytes,
        _ body: (inout JSONReader) throws -> Result
    ) throws -> Result {
        try document.withBytes { bytes in
            var reader = JSONReader(bytes)
            let result = try body(&reader)
            reader.skipSpace()
            guard reader.offset == bytes.count else { throw Malformed() }
            return result
        }
    }

    /// What comes next.
    mutating func peek() throws -> Kind {
        skipSpace()
        guard offset < bytes.count else { throw Malformed() }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: return .number
        }
    }

    /// Each member of an object; `member` reads or skips its value.
    mutating func members(_ member: (inout JSONReader, String) throws -> Void) throws {
        try enclosed("{", "}") { reader in
            let name = try reader.text()
            try reader.expect(":")
            try member(&reader, name)
        }
    }

    /// Each element of an array; `element` reads or skips it.
    mutating func elements(_ element: (inout JSONReader) throws -> Void) throws {
        try enclosed("[", "]", element)
    }

    mutating func text() throws -> String {
        try expect("\"")
        return try JSONString.read(bytes, &offset)
    }

    /// nil: checked and skipped.
    mutating func text(into target: WipedBytes?) throws {
        try expect("\"")
        try JSONString.read(bytes, &offset, into: target)
    }

    mutating func integer() throws -> Int {
        skipSpace()
        let digits = number()
        guard let value = Int(digits) else { throw Malformed() }
        return value
    }

    mutating func boolean() throws -> Bool {
        skipSpace()
        if word("true") { return true }
        if word("false") { return false }
        throw Malformed()
    }

    mutating func skip() throws {
        switch try peek() {
        case .object: try members { reader, _ in try reader.skip() }
        case .array: try elements { try $0.skip() }
        case .text: try text(into: nil)
        case .number: guard Double(number()) != nil else { throw Malformed() }
        case .boolean: _ = try boolean()
        case .null: guard word("null") else { throw Malformed() }
        }
    }

    private mutating func enclosed(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ item: (inout JSONReader) throws -> Void
    ) throws {
        try expect(open)
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw Malformed() }
        if take(close) { return }
        repeat { try item(&self) } while take(",")
        try expect(close)
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws {
        guard take(scalar) else { throw Malformed() }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
        offset += 1
        return true
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[offset..<end]) }) else { return false }
        offset = end
        return true
    }

    private mutating func number() -> String {
        let start = offset
        while offset < bytes.count, Self.isInNumber(bytes[offset]) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private static func isInNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while offset < bytes.count, bytes[offset] <= 0x20, Self.isSpace(bytes[offset]) { offset += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }
}

extension JSONReader {
    /// A text, or nil for null.
    mutating func textOrNull() throws -> String? {
        guard try peek() == .null else { return try text() }
        try skip()
        return nil
    }

    /// Only the members of an object, or of nothing at all where it is null.
    mutating func membersOrNull(_ member: (inout JSONReader, String) throws -> Void) throws {
        guard try peek() == .null else { return try members(member) }
        try skip()
    }
}
