import HTTPTypes
import Hummingbird

/// Whoever the API would take a request from, looks at pages too: most of all somebody who signed in.
struct KnownVisitors: WebConsole.VisitorFinder {
    let authenticator: Authenticator
    let csrf: CSRFGuard

    func find(_ request: Request, from address: String) async throws -> WebConsole.VisitorAnswer {
        let answer = try await authenticator.authenticate(
            authorization: request.headers[.authorization],
            cookie: LoginCookie.find(in: request.headers),
            // A page that brings itself up to date is nobody's presence.
            countsAsUse: request.headers[.vigoBackground] == nil,
            source: address
        )
        switch answer {
        // A request with a token in its header cannot be forged by another page, and needs nothing against that.
        case .caller(let caller):
            return .visitor(Visitor(caller: caller, csrf: caller.login.map { csrf.token(for: $0) } ?? ""))
        case .unknown: return .nobody
        case .blocked: return .blocked
        }
    }
}

extension HTTPField.Name {
    static let vigoBackground = HTTPField.Name("X-Vigo-Background")!
}
