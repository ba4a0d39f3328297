package import Foundation
package import GRDB

/// Hostnames that may enroll without a token.
package struct ApprovedPatternRecord: Codable, Sendable, Equatable {
    package var pattern: String
    package var createdAt: Date
    package var createdBy: String?

    package init(
        pattern: String,
        createdAt: Date,
        createdBy: String? = nil
    ) {
        self.pattern = pattern
        self.createdAt = createdAt
        self.createdBy = createdBy
    }
}

extension ApprovedPatternRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "approvedPatterns"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
