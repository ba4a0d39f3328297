/// The terminal's modes as RFC 4254, 8 encodes them: a number and 32 bits each. Few are said, so that the envoy's own
/// defaults hold.
enum TerminalModes {
    static let bytes = encode([(erase, 0x7f), (utf8Input, 1), (inputSpeed, 38400), (outputSpeed, 38400)])

    private static let erase: UInt8 = 3
    /// Lets the erase key remove a whole character.
    private static let utf8Input: UInt8 = 42
    private static let inputSpeed: UInt8 = 128
    private static let outputSpeed: UInt8 = 129

    private static func encode(_ modes: [(UInt8, UInt32)]) -> [UInt8] {
        modes.flatMap { mode, value in [mode] + (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } } + [
            0
        ]
    }
}
