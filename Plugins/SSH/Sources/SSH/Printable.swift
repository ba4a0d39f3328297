/// Text from the server that was not written for a terminal: it must not be able to move the cursor or set a title.
enum Printable {
    /// Several lines for the screen: line ends become CR LF, other control characters go.
    static func lines(_ text: String, most: Int = 16384) -> String {
        var result = ""
        for character in beginning(of: text, most) {
            if character.isNewline {
                result += "\r\n"
            } else if character == "\t" || isPrintable(character) {
                result.append(character)
            }
        }
        // CR LF is one character to Swift.
        return result.isEmpty || result.hasSuffix("\r\n") ? result : result + "\r\n"
    }

    /// A few words inside a sentence of ours.
    static func words(_ text: String, most: Int = 200) -> String {
        let words = text.split { $0.isWhitespace || $0.isNewline }.map { $0.filter(isPrintable) }
        return beginning(of: words.joined(separator: " "), most)
    }

    /// Counted in scalars: one character can be a letter with a thousand accents.
    private static func beginning(of text: String, _ most: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(most)))
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
