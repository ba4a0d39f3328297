import Foundation
import Store
import Trust

/// Finds out who makes a request, by an API token or by the admin socket's peer.
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
    private let failures: FailureLimiter
    /// Who besides root counts as root on the admin socket: the server's own user, where it was not started as root.
    private let ownUID: UInt32?

    init(store: Store, failures: FailureLimiter = FailureLimiter(), ownUID: UInt32?) {
        self.store = store
        self.failures = failures
        self.ownUID = ownUID
    }

    func authenticate(authorization: String?, source: String, now: Date = Date()) async throws -> Answer {
        guard !failures.isBlocked(source) else { return .blocked }
        guard let authorization else { return .unknown }
        if let caller = try await caller(authorization, now) { return .caller(caller) }
        failures.failed(source)
        return .unknown
    }

    func authenticate(_ peer: PeerCredentials) async throws -> Answer {
        guard peer.uid == 0 || peer.uid == ownUID else { return .unknown }
        let name = peer.actorName()
        // Somebody who is a user as well keeps a key there.
        let user = try await store.user(named: name)
        return .caller(Caller(name: name, role: .admin, user: user?.id, proof: .adminSocket))
    }

    private func caller(_ authorization: String, _ now: Date) async throws -> Caller? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let presented = RandomToken(parsing: String(parts[1])), presented.kind == .api,
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
