#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `POST /api/v1/approved`.
package struct ApprovedPatternCreate: Codable, Sendable, Equatable {
    package var pattern: String

    package init(pattern: String) {
        self.pattern = pattern
    }
}

/// Hostnames that may enroll without a token.
package struct ApprovedPatternSummary: Codable, Sendable, Equatable {
    package var pattern: String
    package var createdAt: Date
    package var createdBy: String?

    package init(pattern: String, createdAt: Date, createdBy: String? = nil) {
        self.pattern = pattern
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    private enum CodingKeys: String, CodingKey {
        case pattern
        case createdAt = "created_at"
        case createdBy = "created_by"
    }
}
