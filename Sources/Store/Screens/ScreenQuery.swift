/// What somebody looks for in recordings, as an expression of SQLite's FTS5: words that stand in one line in any order. Words
/// between double quotes stand side by side, and a star at the end of a word stands for any ending.
package struct ScreenQuery: Sendable, Equatable {
    let expression: String

    private static let longest = 300
    private static let mostTerms = 20

    /// Nil when there is no letter and no digit in it, or too much of everything.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        var terms: [String] = []
        for (position, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            // Every second part stood between quotes.
            if position % 2 == 1 {
                terms.append(String(part))
            } else {
                terms += part.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
        let phrases = terms.compactMap(Self.phrase)
        guard !phrases.isEmpty, phrases.count <= Self.mostTerms else { return nil }
        expression = phrases.joined(separator: " AND ")
    }

    /// Nothing of the text reaches FTS5 but between quotes, where it has no meaning but its words.
    private static func phrase(_ term: String) -> String? {
        guard term.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        let clean = String(term.unicodeScalars.map { $0 == "\"" || $0.value < 0x20 ? " " : Character($0) })
        return clean.hasSuffix("*") ? "\"\(clean.dropLast())\" *" : "\"\(clean)\""
    }
}
