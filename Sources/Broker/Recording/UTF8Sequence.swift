/// What stands at the beginning of bytes that should be UTF-8 (RFC 3629).
enum UTF8Sequence: Equatable {
    case valid(length: Int)
    /// That many bytes cannot be the beginning of anything: one U+FFFD in their place.
    case invalid(length: Int)
    /// The bytes end too early to say.
    case incomplete

    /// `bytes` are not empty and begin with a byte above 0x7F.
    static func first(of bytes: UnsafeBufferPointer<UInt8>) -> UTF8Sequence {
        let lead = bytes[0]
        let length: Int
        // The second byte's range tells overlong forms, surrogates and what lies above U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return .invalid(length: 1)
        }
        for index in 1..<length {
            guard index < bytes.count else { return .incomplete }
            let allowed = index == 1 ? second : 0x80...0xBF
            guard allowed.contains(bytes[index]) else { return .invalid(length: index) }
        }
        return .valid(length: length)
    }
}
