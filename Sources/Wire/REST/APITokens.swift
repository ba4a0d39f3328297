#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `POST /api/v1/apitokens`.
package struct APITokenCreate: Codable, Sendable, Equatable {
    package var username: String
    package var name: String
    package var expiresInSeconds: Int?

    package init(username: String, name: String, expiresInSeconds: Int? = nil) {
        self.username = username
        self.name = name
        self.expiresInSeconds = expiresInSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case username
        case name
        case expiresInSeconds = "expires_in_seconds"
    }
}

/// 201: the only time that the token itself is shown.
package struct APITokenCreated: Codable, Sendable, Equatable {
    package var token: String
    package var summary: APITokenSummary

    package init(token: String, summary: APITokenSummary) {
        self.token = token
        self.summary = summary
    }
}

/// An API token without its secret.
package struct APITokenSummary: Codable, Sendable, Equatable {
    package var id: String
    package var username: String
    package var name: String
    package var createdAt: Date
    package var lastUsed: Date?
    package var expiresAt: Date?
    package var revokedAt: Date?

    package init(
        id: String,
        username: String,
        name: String,
        createdAt: Date,
        lastUsed: Date? = nil,
        expiresAt: Date? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.createdAt = createdAt
        self.lastUsed = lastUsed
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case username
        case name
        case createdAt = "created_at"
        case lastUsed = "last_used"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }
}
