/// The inside of a JSON string: escapes to bytes and back.
enum JSONString {
    /// From behind the opening quote to behind the closing one. Whole runs without an escape are copied at once; nil: the
    /// string is checked and skipped.
    static func read(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, into target: WipedBytes?) throws {
        while true {
            let start = offset
            while offset < bytes.count, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\""),
                bytes[offset] != UInt8(ascii: "\\")
            {
                offset += 1
            }
            target?.append(UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
            guard offset < bytes.count, bytes[offset] >= 0x20 else { throw JSONReader.Malformed() }
            offset += 1
            if bytes[offset - 1] == UInt8(ascii: "\"") { return }
            try readEscape(bytes, &offset, into: target)
        }
    }

    /// The same, for what is no secret.
    static func read(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws -> String {
        let start = offset
        while offset < bytes.count, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\\") {
            offset += 1
            guard bytes[offset - 1] == UInt8(ascii: "\"") else { continue }
            return String(decoding: bytes[start..<offset - 1], as: UTF8.self)
        }
        // An escape: the long way.
        offset = start
        let text = WipedBytes()
        try read(bytes, &offset, into: text)
        return text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// With its quotes. Bytes that are not UTF-8 stay as they are.
    static func append(_ text: UnsafeRawBufferPointer, to target: WipedBytes) {
        target.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                target.append(UInt8(ascii: "\\"))
                target.append(byte)
            case 0..<0x20:
                target.append("\\u00")
                target.append(hexDigits[Int(byte >> 4)])
                target.append(hexDigits[Int(byte & 15)])
            default: target.append(byte)
            }
        }
        target.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private static func readEscape(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: inout Int,
        into target: WipedBytes?
    ) throws {
        guard offset < bytes.count else { throw JSONReader.Malformed() }
        let escape = bytes[offset]
        offset += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): target?.append(escape)
        case UInt8(ascii: "b"): target?.append(0x08)
        case UInt8(ascii: "f"): target?.append(0x0c)
        case UInt8(ascii: "n"): target?.append(0x0a)
        case UInt8(ascii: "r"): target?.append(0x0d)
        case UInt8(ascii: "t"): target?.append(0x09)
        case UInt8(ascii: "u"): try readScalar(bytes, &offset, into: target)
        default: throw JSONReader.Malformed()
        }
    }

    /// One `\u` escape, or the two of a surrogate pair; half a pair is no text.
    private static func readScalar(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: inout Int,
        into target: WipedBytes?
    ) throws {
        var value = try readUnit(bytes, &offset)
        if (0xd800..<0xdc00).contains(value) {
            guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
            else { throw JSONReader.Malformed() }
            offset += 2
            let low = try readUnit(bytes, &offset)
            guard (0xdc00..<0xe000).contains(low) else { throw JSONReader.Malformed() }
            value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw JSONReader.Malformed() }
        for unit in UTF8.encode(scalar)! { target?.append(unit) }
    }

    private static func readUnit(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws -> UInt32 {
        guard offset + 4 <= bytes.count else { throw JSONReader.Malformed() }
        var value: UInt32 = 0
        for digit in bytes[offset..<offset + 4] {
            guard digit < 0x80, let number = Character(Unicode.Scalar(digit)).hexDigitValue else {
                throw JSONReader.Malformed()
            }
            value = value << 4 | UInt32(number)
        }
        offset += 4
        return value
    }
}
