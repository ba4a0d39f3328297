/// What has to be undone on a terminal that showed somebody else's output, up to any point in it.
package struct TerminalTidy: Sendable {
    private var isOnOtherScreen = false
    private var tail: [UInt8] = []

    private static let enter = ["\u{1B}[?1049h", "\u{1B}[?47h", "\u{1B}[?1047h"].map { Array($0.utf8) }
    private static let leave = ["\u{1B}[?1049l", "\u{1B}[?47l", "\u{1B}[?1047l", "\u{1B}c"].map { Array($0.utf8) }

    package init() {}

    package mutating func take(_ bytes: some Collection<UInt8>) {
        // A sequence may be cut between two parts.
        let text = tail + bytes
        for start in text.indices where text[start] == 0x1B {
            let rest = text[start...]
            if Self.enter.contains(where: { rest.starts(with: $0) }) { isOnOtherScreen = true }
            if Self.leave.contains(where: { rest.starts(with: $0) }) { isOnOtherScreen = false }
        }
        tail = Array(text.suffix(7))
    }

    /// Back from the alternate screen; colours, cursor, mouse, bracketed paste and scrolling as usual.
    package var sequence: [UInt8] {
        let modes = "\u{1B}[!p\u{1B}[0m\u{1B}[?25h\u{1B}[?7h\u{1B}[?1l\u{1B}[?1000;1002;1003;1006;2004l"
        return Array(((isOnOtherScreen ? "\u{1B}[?1049l" : "") + modes + "\r\n").utf8)
    }
}
