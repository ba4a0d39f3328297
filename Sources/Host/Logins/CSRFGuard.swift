import Crypto
import Foundation
import HTTPTypes
import Trust

/// Keeps other sites from using a browser's cookie: whoever changes anything by it shows a token that only pages of this server
/// can read, and comes from one of them.
struct CSRFGuard: Sendable {
    let origin: SameOrigin
    /// Tokens are good for one run of the server, as logins are.
    private let key = SymmetricKey(size: .bits256)

    init(origin: SameOrigin) { self.origin = origin }

    func token(for login: String) -> String { RandomToken.base64URL(Array(code(login))) }

    func check(_ request: HTTPRequest, login: String) throws(APIFailure) {
        guard Self.changes(request.method) else { return }
        guard origin.judge(request) == .same else { throw .foreignPage }
        guard let token = request.headerFields[.csrfToken],
            ConstantTime.equal(Array(token.utf8), Array(self.token(for: login).utf8))
        else { throw .csrf }
    }

    static func changes(_ method: HTTPRequest.Method) -> Bool { method != .get && method != .head }

    private func code(_ login: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data("csrf \(login)".utf8), using: key)
    }
}
