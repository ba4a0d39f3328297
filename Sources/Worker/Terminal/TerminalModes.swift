/// What a terminal has been told beyond what it shows: enough to put another one into the same state.
struct TerminalModes: Equatable {
    /// `CSI ? n h` and `l`, those that are not as they are after a reset.
    private(set) var changed: [Int: Bool] = [:]
    private(set) var isAlternate = false
    private(set) var inserts = false
    private(set) var keypadIsApplication = false
    /// As in `CSI top ; bottom r`; empty for the whole screen.
    private(set) var margins: [UInt8] = []
    /// `ESC ( B` and the like, and the cursor's shape.
    private(set) var designation: [UInt8] = []
    private(set) var cursorShape: [UInt8] = []
    /// The sequences that made the colours of what is written next.
    private(set) var colours: [UInt8] = []

    /// Those of xterm that change what is shown or how the terminal answers, with their values after a reset.
    private static let known: [Int: Bool] = [
        1: false, 5: false, 6: false, 7: true, 25: true, 69: false, 1000: false, 1002: false, 1003: false, 1004: false,
        1005: false, 1006: false, 1015: false, 2004: false,
    ]
    private static let alternate = [47, 1047, 1049]
    private static let mostColours = 256

    /// A complete sequence, its escape included.
    mutating func take(_ sequence: UnsafeRawBufferPointer) -> EscapeScanner.Sequence {
        guard sequence.count > 1, let final = sequence.last else { return .other }
        guard sequence[1] == UInt8(ascii: "["), sequence.count > 2 else { return takeEscape(sequence, final) }
        let body = UnsafeRawBufferPointer(rebasing: sequence[2..<(sequence.count - 1)])
        switch final {
        case UInt8(ascii: "m"):
            guard body.isEmpty || body[0] <= 0x3B else { return .other }
            takeColours(sequence, body)
            return .colours
        case UInt8(ascii: "h"), UInt8(ascii: "l"): return set(body, to: final == UInt8(ascii: "h"))
        case UInt8(ascii: "J"): return body.says("2") || body.says("3") ? .clears : .moves
        case UInt8(ascii: "r"):
            if body.allSatisfy({ $0 <= 0x3B }) { margins = Array(sequence) }
            return .moves
        case UInt8(ascii: "p"):
            if body.says("!") { softReset() }
            return .other
        case UInt8(ascii: "q"):
            if body.last == 0x20 { cursorShape = Array(sequence) }
            return .other
        case UInt8(ascii: "A")...UInt8(ascii: "H"), UInt8(ascii: "d"), UInt8(ascii: "f"): return .moves
        default: return .other
        }
    }

    private mutating func takeEscape(_ sequence: UnsafeRawBufferPointer, _ final: UInt8) -> EscapeScanner.Sequence {
        if sequence.count == 3, sequence[1] == UInt8(ascii: "(") {
            designation = Array(sequence)
            return .other
        }
        guard sequence.count == 2 else { return .other }
        switch final {
        case UInt8(ascii: "c"):
            self = TerminalModes()
            return .clears
        case UInt8(ascii: "="): keypadIsApplication = true
        case UInt8(ascii: ">"): keypadIsApplication = false
        case UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "M"): return .moves
        default: break
        }
        return .other
    }

    private mutating func takeColours(_ sequence: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
        let isReset = body.isEmpty || body[0] == 0x30 && (body.count == 1 || body[1] == 0x3B)
        if isReset || colours.count + sequence.count > Self.mostColours { colours.removeAll(keepingCapacity: true) }
        // `0;1` still sets something, `0` does not.
        if !isReset || body.count > 1, sequence.count <= Self.mostColours { colours.append(contentsOf: sequence) }
    }

    private mutating func set(_ body: UnsafeRawBufferPointer, to isOn: Bool) -> EscapeScanner.Sequence {
        guard body.first == UInt8(ascii: "?") else {
            if body.says("4") { inserts = isOn }
            return .other
        }
        var result = EscapeScanner.Sequence.other
        for part in body.dropFirst().split(separator: UInt8(ascii: ";")) {
            guard let number = Int(String(decoding: part, as: UTF8.self)) else { continue }
            if Self.alternate.contains(number) {
                if isOn, !isAlternate { result = .entersAlternateScreen }
                isAlternate = isOn
            } else if let usual = Self.known[number] {
                changed[number] = isOn == usual ? nil : isOn
            }
        }
        return result
    }

    private mutating func softReset() {
        for number in [1, 6, 7, 25, 69] { changed[number] = nil }
        (inserts, keypadIsApplication, margins, designation, colours) = (false, false, [], [], [])
    }

    /// What brings a terminal with `before` to these; the alternate screen only where asked, because to enter it clears it.
    func sequence(from before: TerminalModes, withScreen: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        if withScreen, isAlternate != before.isAlternate {
            bytes += Array("\u{1B}[?1049\(isAlternate ? "h" : "l")".utf8)
        }
        for (number, usual) in Self.known.sorted(by: { $0.key < $1.key }) {
            let (old, new) = (before.changed[number] ?? usual, changed[number] ?? usual)
            if old != new { bytes += Array("\u{1B}[?\(number)\(new ? "h" : "l")".utf8) }
        }
        if inserts != before.inserts { bytes += Array("\u{1B}[4\(inserts ? "h" : "l")".utf8) }
        if keypadIsApplication != before.keypadIsApplication {
            bytes += Array("\u{1B}\(keypadIsApplication ? "=" : ">")".utf8)
        }
        if margins != before.margins { bytes += margins.isEmpty ? Array("\u{1B}[r".utf8) : margins }
        if designation != before.designation { bytes += designation.isEmpty ? Array("\u{1B}(B".utf8) : designation }
        if cursorShape != before.cursorShape { bytes += cursorShape }
        return bytes + Array("\u{1B}[0m".utf8) + colours
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func says(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && (0..<count).allSatisfy { self[$0] == text.utf8Start[$0] }
    }
}
