import Foundation
import HTTPTypes
import NIOCore
import Store
import Trust

/// Finds out who makes a request: by an API token, a password, a login's cookie, or the admin socket's peer.
final class Authenticator: Sendable {
    enum Answer: Sendable {
        case caller(Caller)
        case unknown
        /// Failed too often lately.
        case blocked
    }

    /// Writing "last used" at every request would make every request a write.
    private static let lastUsedPrecision: TimeInterval = 60

    private let store: Store
    private let failures: SourceLimiter
    /// Who besides root counts as root on the admin socket: the server's own user, where it was not started as root.
    private let ownUID: UInt32?
    private let web: WebSignIn?

    /// - Parameter web: nil where nobody signs in with a password.
    init(store: Store, web: WebSignIn? = nil, failures: SourceLimiter = SourceLimiter(), ownUID: UInt32?) {
        self.store = store
        self.web = web
        self.failures = failures
        self.ownUID = ownUID
    }

    /// - Parameters:
    ///   - cookie: counts where there is no `Authorization` only. One that is over is no failure: every open page would make some.
    ///   - countsAsUse: whether the cookie's login is idle no longer.
    func authenticate(
        authorization: String?,
        cookie: RandomToken? = nil,
        countsAsUse: Bool = true,
        source: String,
        now: Date = Date()
    ) async throws -> Answer {
        // One who has a network of IPv6 addresses is still one.
        let source = SourceNetwork.name(source)
        guard let authorization else {
            guard let cookie, let login = try await web?.logins.find(cookie, countsAsUse: countsAsUse, at: now) else {
                return .unknown
            }
            return .caller(
                Caller(name: login.username, role: login.role, user: login.user, proof: .cookie, login: login.id)
            )
        }
        let isBlocked = failures.isBlocked(source)
        // Nobody guesses 256 bits: whoever has a good token is let in from where others fail. Passwords are another matter.
        if isBlocked, !Self.isToken(authorization) { return .blocked }
        if let caller = try await caller(authorization, source, now) { return .caller(caller) }
        if isBlocked { return .blocked }
        failures.count(source)
        return .unknown
    }

    /// Throws where the request may be another site's, made with the caller's cookie.
    func expectOwnPage(_ request: HTTPRequest, of caller: Caller) throws(APIFailure) {
        if let login = caller.login { try web?.csrf.check(request, login: login) }
    }

    /// Whether what a caller showed a moment ago is good still: see ``Store/isStillGood(_:at:)``.
    func isStillGood(_ caller: Caller) async throws -> Bool {
        if let login = caller.login, web?.logins.isOpen(login) != true { return false }
        return try await store.isStillGood(caller)
    }

    /// Counts an open channel as use of the login that it was opened by, if by any.
    func keep(_ caller: Caller, by channel: any Channel) {
        if let login = caller.login { web?.logins.keep(login, by: channel) }
    }

    func authenticate(_ peer: PeerCredentials) async throws -> Answer {
        guard peer.uid == 0 || peer.uid == ownUID else { return .unknown }
        let name = peer.actorName()
        // Somebody who is a user as well keeps a key there.
        let user = try await store.user(named: name)
        return .caller(Caller(name: name, role: .admin, user: user?.id, proof: .adminSocket))
    }

    private static func isToken(_ authorization: String) -> Bool {
        authorization.prefix(7).lowercased() == "bearer "
    }

    private func caller(_ authorization: String, _ source: String, _ now: Date) async throws -> Caller? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer": return try await caller(token: String(parts[1]), now)
        case "basic":
            guard let web, let given = BasicCredentials(parts[1]) else { return nil }
            let user = try await web.passwords.check(given.username, given.password, from: source, at: now).user
            return Caller(name: user.username, role: user.role.wire, user: user.id, proof: .password)
        default: return nil
        }
    }

    private func caller(token text: String, _ now: Date) async throws -> Caller? {
        guard let presented = RandomToken(parsing: text), presented.kind == .api,
            let (token, user) = try await store.apiToken(presented.id),
            TokenHash.isSHA256(token.hash, of: presented.secret), token.isGood(at: now)
        else { return nil }
        if now.timeIntervalSince(token.lastUsed ?? .distantPast) > Self.lastUsedPrecision {
            // Nobody is kept out because this could not be written.
            try? await store.apiTokenUsed(token.id, at: now)
        }
        return Caller(
            name: user.username,
            role: user.role.wire,
            user: user.id,
            proof: .token,
            token: token.id,
            expires: token.expiresAt
        )
    }
}
