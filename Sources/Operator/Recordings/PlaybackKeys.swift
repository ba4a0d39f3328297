/// What a viewer types while a recording plays. What a terminal answers to a question in the recording is no key.
package struct PlaybackKeys: Sendable {
    package enum Command: Equatable, Sendable {
        case pause
        case forward
        case back
        case faster
        case slower
        case quit
    }

    private enum State { case ground, escape, control }

    private var state = State.ground

    package init() {}

    package mutating func take(_ byte: UInt8) -> Command? {
        switch state {
        case .ground:
            switch byte {
            case 0x1B: state = .escape
            case UInt8(ascii: " "): return .pause
            case UInt8(ascii: "q"), 0x03, 0x04: return .quit
            case UInt8(ascii: "+"): return .faster
            case UInt8(ascii: "-"): return .slower
            default: break
            }
        case .escape:
            state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .control : .ground
        case .control:
            guard (0x40...0x7E).contains(byte) else { return nil }
            state = .ground
            switch byte {
            case UInt8(ascii: "A"): return .faster
            case UInt8(ascii: "B"): return .slower
            case UInt8(ascii: "C"): return .forward
            case UInt8(ascii: "D"): return .back
            default: break
            }
        }
        return nil
    }
}
