/// Turns a terminal's bytes into the inside of JSON strings, however they are cut: a UTF-8 sequence that ends with the next
/// chunk waits for it, and what is no UTF-8 becomes U+FFFD.
struct TerminalText {
    /// At most three bytes.
    private var carry: [UInt8] = []

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// What stands in `bytes`, appended to `json`.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, into json: inout [UInt8]) {
        var rest = bytes
        // Byte by byte until what was left over has found its end.
        while !carry.isEmpty, let next = rest.first {
            let candidate = carry + [next]
            switch candidate.withUnsafeBufferPointer(UTF8Sequence.first) {
            case .incomplete:
                carry = candidate
                rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
            case .valid:
                json += candidate
                carry = []
                rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
            case .invalid:
                // The new byte is not part of the damage.
                json += Self.replacement
                carry = []
            }
        }
        escape(rest, into: &json)
    }

    /// Nothing follows: what was left over will never be complete.
    mutating func end(into json: inout [UInt8]) {
        if !carry.isEmpty { json += Self.replacement }
        carry = []
    }

    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>, into json: inout [UInt8]) {
        var index = 0
        var plain = 0
        func flush(_ end: Int) { json += UnsafeBufferPointer(rebasing: bytes[plain..<end]) }
        while index < bytes.count {
            let byte = bytes[index]
            // Most of what a terminal shows.
            if byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C {
                index += 1
                continue
            }
            guard byte >= 0x80 else {
                flush(index)
                Self.escape(byte, into: &json)
                index += 1
                plain = index
                continue
            }
            switch UTF8Sequence.first(of: UnsafeBufferPointer(rebasing: bytes[index...])) {
            case .valid(let length): index += length
            case .invalid(let length):
                flush(index)
                json += Self.replacement
                index += length
                plain = index
            case .incomplete:
                flush(index)
                carry = Array(bytes[index...])
                return
            }
        }
        flush(index)
    }

    private static func escape(_ byte: UInt8, into json: inout [UInt8]) {
        switch byte {
        case 0x22, 0x5C: json += [0x5C, byte]
        case 0x0A: json += [0x5C, UInt8(ascii: "n")]
        case 0x0D: json += [0x5C, UInt8(ascii: "r")]
        case 0x09: json += [0x5C, UInt8(ascii: "t")]
        default:
            json += [0x5C, UInt8(ascii: "u"), 0x30, 0x30, hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
    }
}
