import Trust

/// One thing wrong in server.yaml: where it stands, and what was expected there.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    package var file: String
    package var line: Int?
    package var message: String

    package var description: String {
        // The file is quoted in it.
        let sentence = PrintableText.of(message, upTo: 500)
        guard let line else { return "\(file): \(sentence)" }
        return "\(file):\(line): \(sentence)"
    }
}

/// server.yaml cannot be used; all that is wrong with it, so that one round of editing is enough.
package struct ConfigurationError: Error, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
