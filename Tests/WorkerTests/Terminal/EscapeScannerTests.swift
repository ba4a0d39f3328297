import Testing

@testable import Worker

@Suite struct EscapeScannerTests {
    private func scan(_ parts: [String]) -> (text: String, sequences: [EscapeScanner.Sequence], scanner: EscapeScanner)
    {
        var scanner = EscapeScanner()
        var text: [UInt8] = []
        var sequences: [EscapeScanner.Sequence] = []
        for part in parts {
            Array(part.utf8).withUnsafeBytes { bytes in
                var index = 0
                while let token = scanner.next(bytes, &index) {
                    switch token {
                    case .text(let range): text += bytes[range]
                    case .sequence(let sequence): sequences.append(sequence)
                    }
                }
            }
        }
        return (String(decoding: text, as: UTF8.self), sequences, scanner)
    }

    @Test(
        arguments: [
            ("a\u{1B}[1;31mb\u{1B}[0mc", "abc", [.colours, .colours]), ("\u{1B}[2J\u{1B}[Hx", "x", [.clears, .moves]),
            ("\u{1B}]0;title\u{7}y", "y", [.other]), ("\u{1B}]52;c;aGk=\u{1B}\\z", "z", [.other]),
            ("\u{1B}P1$r\u{1B}\\q", "q", [.other]), ("\u{1B}(0lqk\u{1B}(B", "lqk", [.other, .other]),
            ("\u{1B}[?1049h", "", [.entersAlternateScreen]),
            ("\u{1B}[?1049h\u{1B}[?1049h", "", [.entersAlternateScreen, .other]),
            ("\u{1B}cx", "x", [.clears]), ("\u{1B}[12\u{18}x", "x", [.other]), ("\u{1B}[1\u{1B}[2Jx", "x", [.clears]),
            ("\u{1B}[>4;2m", "", [.other]), ("é\u{1B}[m€", "é€", [.colours]),
        ] as [(String, String, [EscapeScanner.Sequence])]
    )
    func `text and sequences are told apart, however they are cut`(
        output: String,
        text: String,
        sequences: [EscapeScanner.Sequence]
    ) {
        let whole = scan([output])
        #expect(whole.text == text && whole.sequences == sequences && whole.scanner.isGround)
        let pieces = scan(output.unicodeScalars.map { String(Character($0)) })
        #expect(pieces.text == text && pieces.sequences == sequences)
        #expect(pieces.scanner.modes == whole.scanner.modes)
    }

    @Test func `a string without end costs no memory and is no text`() {
        let (text, sequences, scanner) = scan(
            ["\u{1B}]0;"] + Array(repeating: String(repeating: "A", count: 1000), count: 100)
        )
        #expect(text.isEmpty && sequences.isEmpty && !scanner.isGround)
        #expect(scanner.unfinished == Array("\u{1B}]7777;".utf8))
    }

    @Test func `modes bring another terminal into the same state, and say only what differs`() {
        let modes = scan(["\u{1B}[?25l\u{1B}[?1000;1006h\u{1B}[4h\u{1B}[5;10r\u{1B}=\u{1B}[1m\u{1B}[31m"]).scanner.modes
        let bytes = modes.sequence(from: TerminalModes(), withScreen: true)
        #expect(scan([String(decoding: bytes, as: UTF8.self)]).scanner.modes == modes)
        #expect(modes.sequence(from: modes, withScreen: true) == Array("\u{1B}[0m\u{1B}[1m\u{1B}[31m".utf8))
        let back = TerminalModes().sequence(from: modes, withScreen: true)
        #expect(back.starts(with: "\u{1B}[?25h".utf8))
    }

    @Test func `colours are remembered from the last reset on, and no more than fits`() {
        #expect(scan(["\u{1B}[31m\u{1B}[0m\u{1B}[1m"]).scanner.modes.colours == Array("\u{1B}[1m".utf8))
        let many = scan([String(repeating: "\u{1B}[38;5;123m", count: 1000)]).scanner.modes.colours
        #expect(many.count <= 256 && !many.isEmpty)
    }
}
