import Operator

/// What helps people and would hinder programs: it goes to stderr.
enum Notice {
    static func print(_ text: String) { StandardError.line(Shown.text(text)) }
}
