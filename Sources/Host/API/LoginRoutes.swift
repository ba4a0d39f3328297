import Foundation
import HTTPTypes
import Hummingbird
import Store
import Trust
import Wire

/// Signing in and out with a browser.
struct LoginRoutes: Sendable {
    let web: WebSignIn
    let settings: ServerConfiguration.Web

    private var logins: Logins { web.logins }

    var routes: [APIRoute] {
        [
            APIRoute(.post, "/api/v1/login", .open, signIn),
            APIRoute(.get, "/api/v1/login", .signedIn, show),
            APIRoute(.post, "/api/v1/logout", .signedIn, signOut),
            APIRoute(.get, "/api/v1/logins", .signedIn, list),
            APIRoute(.delete, "/api/v1/logins", .signedIn, endAll),
            APIRoute(.delete, "/api/v1/logins/{id}", .signedIn, end),
        ]
    }

    @Sendable private func signIn(_ call: APICall) async throws -> Response {
        // Another site must not sign its visitors in as somebody of its choice. A program that is no browser says nothing.
        guard web.csrf.origin.judge(call.request.head) != .foreign else { throw APIFailure.foreignPage }
        let asked = try await call.body(LoginRequest.self)
        let proof = try await web.passwords.check(asked.username, asked.password.secret, from: call.clientAddress)
        let (cookie, login) = try await logins.begin(
            proof,
            replacing: LoginCookie.find(in: call.request.headers),
            from: call.clientAddress,
            client: call.request.headers[.userAgent]
        )
        var response = try Response.json(state(of: login), status: .created)
        response.headers[.setCookie] = LoginCookie.set(cookie)
        return response
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        if let id = caller.login, let login = logins.open().first(where: { $0.id == id }) {
            return try .json(state(of: login))
        }
        return try .json(LoginState(username: caller.name, role: caller.role, via: caller.proof.rawValue))
    }

    @Sendable private func signOut(_ call: APICall) async throws -> Response {
        guard let id = try call.signedIn().login else {
            throw APIFailure.badRequest("there is no login to end: this request was not made by a cookie")
        }
        _ = await logins.end(id, .signedOut) { _ in true }
        var response = Response.noContent
        response.headers[.setCookie] = LoginCookie.clear
        return response
    }

    /// An administrator sees everybody's, others their own.
    @Sendable private func list(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        return try .json(Items(logins.open().filter(Self.isMeant(by: caller)).map { summary($0, for: caller) }))
    }

    @Sendable private func end(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        let id = try call.parameter("id")
        guard await logins.end(id, Self.why(id, caller), where: Self.isMeant(by: caller)) else {
            throw APIFailure.notFound("there is no login \"\(id.prefix(64))\"")
        }
        return .noContent
    }

    /// Those of one user; one's own where nobody is named.
    @Sendable private func endAll(_ call: APICall) async throws -> Response {
        let caller = try call.signedIn()
        let username = call.query("username") ?? caller.name
        let isMeant = Self.isMeant(by: caller)
        await logins.endAll(.ended(by: caller.name)) { $0.username == username && isMeant($0) }
        return .noContent
    }

    private static func isMeant(by caller: Caller) -> @Sendable (Login) -> Bool {
        { caller.role == .admin || $0.user == caller.user }
    }

    private static func why(_ id: String, _ caller: Caller) -> LoginEnd {
        caller.login == id ? .signedOut : .ended(by: caller.name)
    }

    private func state(of login: Login) -> LoginState {
        LoginState(
            username: login.username,
            role: login.role,
            via: Caller.Proof.cookie.rawValue,
            csrfToken: web.csrf.token(for: login.id),
            expiresAt: expiry(of: login),
            idleSeconds: Int(settings.sessionIdle.components.seconds)
        )
    }

    private func summary(_ login: Login, for caller: Caller) -> LoginSummary {
        LoginSummary(
            id: login.id,
            username: login.username,
            role: login.role,
            address: login.address,
            client: login.client,
            createdAt: login.createdAt,
            lastUsed: login.lastUsed,
            expiresAt: expiry(of: login),
            isCurrent: login.id == caller.login
        )
    }

    private func expiry(of login: Login) -> Date {
        login.createdAt.addingTimeInterval(TimeInterval(settings.sessionLifetime.components.seconds))
    }
}

/// `POST /api/v1/login`.
private struct LoginRequest: Decodable {
    let username: String
    let password: Password

    /// JSON has texts only: this one is a secret from its first moment on that is ours.
    struct Password: Decodable {
        let secret: Secret

        init(from decoder: any Decoder) throws {
            secret = Secret(try decoder.singleValueContainer().decode(String.self))
        }
    }
}
