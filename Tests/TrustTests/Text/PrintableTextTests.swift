import Testing

@testable import Trust

@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("web3.example.com", "web3.example.com"), ("grüß 你好 😀", "grüß 你好 😀"), ("\u{1b}[2J\u{7}", "?[2J?"),
        ("a\u{202e}b\u{2028}c\u{9b}", "a?b?c?"), ("two\r\nlines\0", "two??lines?"), ("", ""),
    ])
    func `what a terminal would obey is replaced, and nothing else`(text: String, printable: String) {
        #expect(PrintableText.of(text, upTo: 100) == printable)
    }

    @Test func `a character of many parts is cut as well`() {
        let text = "a" + String(repeating: "\u{301}", count: 10_000)
        #expect(text.count == 1)
        #expect(PrintableText.of(text, upTo: 60).unicodeScalars.count == 60)
    }
}
