/// Text that came from elsewhere, for a sentence that people read in a terminal or a log.
package enum PrintableText {
    /// The first `limit` scalars (a character may consist of thousands), with `?` in place of what a terminal would obey and of what
    /// turns the direction of text.
    package static func of(_ text: String, upTo limit: Int) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: printable.append("?")
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }
}
