#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `POST /api/v1/tokens`.
package struct EnrollmentTokenCreate: Codable, Sendable, Equatable {
    package var pattern: String
    package var expiresInSeconds: Int?

    package init(pattern: String, expiresInSeconds: Int? = nil) {
        self.pattern = pattern
        self.expiresInSeconds = expiresInSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case pattern
        case expiresInSeconds = "expires_in_seconds"
    }
}

/// 201: the only time that the token itself is shown.
package struct EnrollmentTokenCreated: Codable, Sendable, Equatable {
    package var token: String
    package var summary: EnrollmentTokenSummary

    package init(token: String, summary: EnrollmentTokenSummary) {
        self.token = token
        self.summary = summary
    }
}

/// A one-time token without its secret.
package struct EnrollmentTokenSummary: Codable, Sendable, Equatable {
    package var id: String
    package var pattern: String
    package var createdAt: Date
    package var createdBy: String?
    package var expiresAt: Date?
    package var usedAt: Date?
    package var usedBy: UUID?
    package var revokedAt: Date?

    package init(
        id: String,
        pattern: String,
        createdAt: Date,
        createdBy: String? = nil,
        expiresAt: Date? = nil,
        usedAt: Date? = nil,
        usedBy: UUID? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.pattern = pattern
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.usedBy = usedBy
        self.revokedAt = revokedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case pattern
        case createdAt = "created_at"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case usedAt = "used_at"
        case usedBy = "used_by"
        case revokedAt = "revoked_at"
    }
}
