package import Foundation
package import GRDB

/// A token for one enrollment, without its secret.
package struct EnrollmentTokenRecord: Codable, Sendable, Equatable {
    package var id: String
    /// bcrypt.
    package var hash: String
    package var pattern: String
    package var createdAt: Date
    package var createdBy: String?
    package var expiresAt: Date?
    package var usedAt: Date?
    package var usedBy: UUID?
    package var revokedAt: Date?

    package init(
        id: String,
        hash: String,
        pattern: String,
        createdAt: Date,
        createdBy: String? = nil,
        expiresAt: Date? = nil,
        usedAt: Date? = nil,
        usedBy: UUID? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.hash = hash
        self.pattern = pattern
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.usedBy = usedBy
        self.revokedAt = revokedAt
    }

    package func isGood(at now: Date) -> Bool {
        usedAt == nil && revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }
}

extension EnrollmentTokenRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "enrollmentTokens"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
