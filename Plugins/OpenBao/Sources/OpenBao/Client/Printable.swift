/// A few words of the server's inside a sentence of ours: nothing that could move a cursor or fake a line of a log.
enum Printable {
    static func words(_ text: String, most: Int = 200) -> String {
        let words = text.prefix(4 * most).split { $0.isWhitespace || $0.isNewline }.map { $0.filter(isPrintable) }
        return String(words.filter { !$0.isEmpty }.joined(separator: " ").prefix(most))
    }

    private static func isPrintable(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
