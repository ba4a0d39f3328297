import Testing

@testable import Broker

@Suite struct TerminalTextTests {
    private func encode(_ parts: [[UInt8]], end: Bool = true) -> String {
        var text = TerminalText()
        var json: [UInt8] = []
        for part in parts { part.withUnsafeBufferPointer { text.take($0, into: &json) } }
        if end { text.end(into: &json) }
        return String(decoding: json, as: UTF8.self)
    }

    @Test func `control characters, quotes and backslashes become JSON's escapes`() {
        #expect(encode([Array("a\"b\\c\r\n\t".utf8) + [0x1B, 0x00, 0x7F]]) == #"a\"b\\c\r\n\t\u001b\u0000"# + "\u{7F}")
    }

    @Test(arguments: ["é", "€", "𝄞", "a€b𝄞c", "👩‍👩‍👧"])
    func `a character is the same wherever it is cut`(text: String) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            #expect(encode([Array(bytes[..<cut]), Array(bytes[cut...])]) == text, "cut at \(cut)")
        }
        #expect(encode(bytes.map { [$0] }) == text, "byte by byte")
    }

    /// What a decoder of whole texts makes of it, which replaces as much at a time as the Unicode standard recommends.
    @Test(
        arguments: [
            [0xFF], [0xC3], [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF0, 0x9D, 0x84], [0x80, 0x80], [0xE0, 0x9F, 0x80], [0x41, 0xC3, 0x28], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xC3, 0xC3, 0xA9], [0xE2, 0xE2, 0x82, 0xAC],
        ] as [[UInt8]]
    )
    func `what is no UTF-8 becomes U+FFFD, however it arrives`(bytes: [UInt8]) {
        let expected = String(decoding: bytes, as: UTF8.self)
        #expect(encode([bytes]) == expected)
        #expect(encode(bytes.map { [$0] }) == expected, "byte by byte")
    }

    @Test func `any bytes, cut anywhere, make what they make as a whole`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let pool: [UInt8] = [0x41, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9D, 0x84, 0x9E, 0xFF, 0x80, 0xED, 0xA0]
            let bytes = (0..<12).map { _ in pool.randomElement(using: &generator)! }
            let cut = Int.random(in: 0...12, using: &generator)
            let expected = String(decoding: bytes, as: UTF8.self)
            #expect(encode([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "\(bytes) cut at \(cut)")
        }
    }
}
