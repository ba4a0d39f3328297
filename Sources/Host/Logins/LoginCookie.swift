import HTTPTypes
import Trust

/// The cookie of a login: of this host alone, over TLS alone, out of reach for scripts, and not sent along from other sites.
enum LoginCookie {
    static let name = "__Host-vigo"
    private static let attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict"

    /// It lives as long as the browser, and no longer than the login at the server.
    static func set(_ token: RandomToken) -> String { "\(name)=\(token.text)\(attributes)" }

    static let clear = "\(name)=\(attributes); Max-Age=0"

    /// Nil as well where there are two: somebody planted one.
    static func find(in headers: HTTPFields) -> RandomToken? {
        let values = headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { $0.drop { $0 == " " || $0 == "\t" } }
            .filter { $0.hasPrefix(name + "=") }
        guard values.count == 1, let value = values.first else { return nil }
        return RandomToken(parsing: String(value.dropFirst(name.count + 1)))
    }
}
