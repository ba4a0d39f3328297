#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `GET /api/v1/login`, and what `POST /api/v1/login` answers beside the cookie.
package struct LoginState: Codable, Sendable, Equatable {
    package var username: String
    package var role: UserRole
    /// How the caller proved it, as in `WhoAmI`.
    package var via: String
    /// For the header `X-CSRF-Token` of every request that changes something; nil without a cookie.
    package var csrfToken: String?
    /// When the login ends, used or not.
    package var expiresAt: Date?
    /// After so many seconds without a request it ends as well.
    package var idleSeconds: Int?

    package init(
        username: String,
        role: UserRole,
        via: String,
        csrfToken: String? = nil,
        expiresAt: Date? = nil,
        idleSeconds: Int? = nil
    ) {
        self.username = username
        self.role = role
        self.via = via
        self.csrfToken = csrfToken
        self.expiresAt = expiresAt
        self.idleSeconds = idleSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case username
        case role
        case via
        case csrfToken = "csrf_token"
        case expiresAt = "expires_at"
        case idleSeconds = "idle_seconds"
    }
}

/// `GET /api/v1/logins`: somebody who is signed in with a browser.
package struct LoginSummary: Codable, Sendable, Equatable {
    package var id: String
    package var username: String
    package var role: UserRole
    package var address: String
    /// What the browser calls itself.
    package var client: String?
    package var createdAt: Date
    package var lastUsed: Date
    package var expiresAt: Date
    /// The one that asked.
    package var isCurrent: Bool

    package init(
        id: String,
        username: String,
        role: UserRole,
        address: String,
        client: String?,
        createdAt: Date,
        lastUsed: Date,
        expiresAt: Date,
        isCurrent: Bool
    ) {
        self.id = id
        self.username = username
        self.role = role
        self.address = address
        self.client = client
        self.createdAt = createdAt
        self.lastUsed = lastUsed
        self.expiresAt = expiresAt
        self.isCurrent = isCurrent
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case username
        case role
        case address
        case client
        case createdAt = "created_at"
        case lastUsed = "last_used"
        case expiresAt = "expires_at"
        case isCurrent = "is_current"
    }
}
