/// One line of an asciicast of version 2 behind its first.
package struct CastEvent: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case output
        case resize
        /// Input, markers, and what later versions bring.
        case other
    }

    package var time: Double
    package var kind: Kind
    package var data: [UInt8]

    /// Nil for a line that is no event: cut off in the middle, or not of this format.
    package init?(line: UnsafeRawBufferPointer) {
        var scanner = CastLineScanner(line)
        guard scanner.skip("["), let time = scanner.number(), scanner.skip(","), let code = scanner.string(),
            scanner.skip(","), let data = scanner.string(), scanner.skip("]"), scanner.isAtEnd
        else { return nil }
        self.time = time
        self.data = data
        kind =
            switch code {
            case [UInt8(ascii: "o")]: .output
            case [UInt8(ascii: "r")]: .resize
            default: .other
            }
    }
}

/// Reads the few things of JSON that an event is made of.
private struct CastLineScanner {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return index == bytes.count
        }
    }

    mutating func skip(_ character: Character) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
        index += 1
        return true
    }

    mutating func number() -> Double? {
        skipSpace()
        let start = index
        while index < bytes.count, "+-.0123456789eE".utf8.contains(bytes[index]) { index += 1 }
        let value = Double(String(decoding: bytes[start..<index], as: UTF8.self))
        return value.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }

    mutating func string() -> [UInt8]? {
        guard skip("\"") else { return nil }
        var result: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"):
                guard escape(into: &result) else { return nil }
            default: result.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into result: inout [UInt8]) -> Bool {
        guard index < bytes.count else { return false }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "u"):
            guard var value = hexadecimal() else { return false }
            if (0xD800..<0xDC00).contains(value) {
                guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
                else { return false }
                index += 2
                guard let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else { return false }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { return false }
            result += Array(String(Character(scalar)).utf8)
        default: return false
        }
        return true
    }

    private mutating func hexadecimal() -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        defer { index += 4 }
        return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }
}
