/// What OpenSSH's users type to talk to the client instead of the shell: at the beginning of a line, `~.` hangs up, `~^Z` suspends,
/// `~?` lists these, `~~` is one tilde.
package struct EscapeKeys: Sendable {
    package enum Command: Sendable, Equatable {
        case hangUp
        case suspend
        case help
    }

    package static let help =
        "~. ends the session, ~^Z suspends vigocli, ~~ types a tilde, ~? shows this; each at the beginning of a line"

    private enum Position { case lineStart, afterTilde, within }

    private var position = Position.lineStart

    package init() {}

    /// Takes what was typed; `bytes` are for the shell. A command ends the look at `bytes`: the rest is looked at by the next call.
    package mutating func take(_ typed: UnsafeRawBufferPointer) -> (bytes: [UInt8], command: Command?, taken: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(typed.count + 1)
        for (index, byte) in typed.enumerated() {
            switch (position, byte) {
            case (.lineStart, UInt8(ascii: "~")):
                position = .afterTilde
            case (.afterTilde, UInt8(ascii: ".")): return leave(bytes, .hangUp, index)
            case (.afterTilde, 0x1a): return leave(bytes, .suspend, index)
            case (.afterTilde, UInt8(ascii: "?")): return leave(bytes, .help, index)
            case (.afterTilde, UInt8(ascii: "~")):
                position = .within
                bytes.append(byte)
            default:
                // It was no command: the tilde that was held back goes first.
                if position == .afterTilde { bytes.append(UInt8(ascii: "~")) }
                position = byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") ? .lineStart : .within
                bytes.append(byte)
            }
        }
        return (bytes, nil, typed.count)
    }

    private mutating func leave(_ bytes: [UInt8], _ command: Command, _ index: Int) -> ([UInt8], Command?, Int) {
        position = .lineStart
        return (bytes, command, index + 1)
    }
}
