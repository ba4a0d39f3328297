/// A sentence that an agent wrote, made fit for an operator's terminal and a log: an envoy is not trusted to send
/// neither escape sequences nor novels.
enum AgentSentence {
    static let limit = 400

    static func cleaned(_ text: String) -> String {
        let printable = text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: Unicode.Scalar(" ")
            default: scalar
            }
        }
        var cleaned = String.UnicodeScalarView()
        cleaned.append(contentsOf: printable.prefix(limit))
        return cleaned.isEmpty ? "no reason given" : String(cleaned)
    }
}
