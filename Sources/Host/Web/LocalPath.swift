import Foundation

/// A path of this very server, as `next=` may name one. A sign-in form that sends people wherever a link says would help a forger.
struct LocalPath: Sendable, Equatable, CustomStringConvertible {
    let description: String

    init?(_ text: String) {
        guard text.utf8.count <= 1000, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7f }),
            let parts = URLComponents(string: text), parts.scheme == nil, parts.host == nil,
            !parts.path.hasPrefix("/login"), !parts.path.hasPrefix("/api/")
        else { return nil }
        description = text
    }

    /// As the value of a query's item.
    var encoded: String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        return description.addingPercentEncoding(withAllowedCharacters: allowed) ?? "/"
    }
}
