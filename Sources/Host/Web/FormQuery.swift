import Foundation

/// What a form sent in an address, as browsers write it: a plus is a blank.
struct FormQuery: Sendable {
    private let fields: [(name: String, value: String)]

    init(_ text: String) {
        fields = text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// Nil for what was left empty: forms send every field.
    subscript(_ name: String) -> String? {
        let text = fields.first { $0.name == name }?.value.trimmingCharacters(in: .whitespaces)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func decode(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? ""
    }
}
