import Mustache

/// Escapes what is put into a page, code point by code point.
///
/// swift-mustache's own escaping goes by what a reader sees as one character. A quotation mark that is followed by a combining accent is
/// none to it, and would end the attribute that it stands in: host names and titles are chosen by others.
struct HTMLText: MustacheContentType {
    /// As the pragma in a template calls it.
    static let name = "VIGO"

    func escapeText(_ text: String) -> String { Self.escaped(text) }

    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "`": result.append(contentsOf: "&#96;".unicodeScalars)
            default: result.append(isShown(scalar) ? scalar : "\u{fffd}")
            }
        }
        return String(result)
    }

    /// Control characters are no text, and those that turn the direction of writing around make one name look like another.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: true
        case 0..<0x20, 0x7f..<0xa0: false
        case 0x202a...0x202e, 0x2066...0x2069, 0x200e, 0x200f, 0x061c: false
        default: true
        }
    }
}
