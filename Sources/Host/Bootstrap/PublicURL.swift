import Foundation

/// Where agents and browsers reach the server, as the administrator wrote it: never what a request's Host header says.
///
/// It goes into shell scripts unquoted, so that only a scheme, a host and a port can be in it.
package struct PublicURL: Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int?
    private let text: String

    package init?(_ text: String) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard trimmed.utf8.allSatisfy(Self.isPlain), let parts = URLComponents(string: trimmed),
            let scheme = parts.scheme, scheme == "https" || scheme == "http",
            let host = parts.host, !host.isEmpty, parts.path.isEmpty, parts.user == nil
        else { return nil }
        self.host = host
        port = parts.port
        self.text = trimmed
    }

    package var description: String { text }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "["),
            UInt8(ascii: "]"):
            true
        default: false
        }
    }
}
