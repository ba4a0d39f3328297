import Testing

@testable import Store

/// RFC 8785: one form for each value.
@Suite struct CanonicalJSONTests {
    @Test func `members are sorted by UTF-16 code units`() {
        // The example of section 3.2.3: the emoji's surrogates sort before U+FB33.
        let value = CanonicalJSON.object([
            "\u{20ac}": .string("Euro Sign"), "\r": .string("Carriage Return"),
            "\u{fb33}": .string("Hebrew Letter Dalet With Dagesh"),
            "1": .string("One"), "\u{1f600}": .string("Emoji: Grinning Face"), "\u{80}": .string("Control"),
            "\u{f6}": .string("Latin Small Letter O With Diaeresis"),
        ])
        let names = value.text.split(separator: ":\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(
            names == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face",
                "Hebrew Letter Dalet With Dagesh",
            ]
        )
    }

    @Test func `only what must be escaped is escaped, in the shortest way`() {
        #expect(CanonicalJSON.string("\u{20ac}$\u{f}\nA'\u{42}\"\\/").text == "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\/\"")
        #expect(CanonicalJSON.string("\u{8}\t\u{c}\r\u{7f}").text == "\"\\b\\t\\f\\r\u{7f}\"")
    }

    @Test func `there is no white space`() {
        #expect(CanonicalJSON.object(["b": .integer(-1), "a": .object([:])]).text == "{\"a\":{},\"b\":-1}")
    }
}
