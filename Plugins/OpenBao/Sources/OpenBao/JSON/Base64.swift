/// RFC 4648 with padding, between buffers that are wiped.
enum Base64 {
    static func append(_ bytes: UnsafeRawBufferPointer, to target: WipedBytes) {
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let bits =
                UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[index + 2]) : 0)
            for digit in 0..<4 {
                target.append(digit <= left ? alphabet[Int(bits >> (18 - 6 * digit) & 63)] : UInt8(ascii: "="))
            }
            index += 3
        }
    }

    /// False for anything that `append` would not have written.
    static func decode(_ text: UnsafeRawBufferPointer, into target: WipedBytes) -> Bool {
        guard text.count.isMultiple(of: 4) else { return false }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bits: UInt32 = 0
        for (index, digit) in text.dropLast(padding).enumerated() {
            let value = values[Int(digit)]
            guard value < 64 else { return false }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 {
                target.append(UInt8(truncatingIfNeeded: bits >> 16))
                target.append(UInt8(truncatingIfNeeded: bits >> 8))
                target.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
            }
        }
        switch padding {
        case 1:
            target.append(UInt8(truncatingIfNeeded: bits >> 10))
            target.append(UInt8(truncatingIfNeeded: bits >> 2))
            return bits & 3 == 0
        case 2:
            target.append(UInt8(truncatingIfNeeded: bits >> 4))
            return bits & 15 == 0
        default: return true
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
