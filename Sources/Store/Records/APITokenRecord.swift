package import Foundation
package import GRDB

/// An API token of a user, without its secret.
package struct APITokenRecord: Codable, Sendable, Equatable {
    package var id: String
    package var user: UUID
    package var name: String
    /// SHA-256, hexadecimal.
    package var hash: String
    package var createdAt: Date
    package var lastUsed: Date?
    package var expiresAt: Date?
    package var revokedAt: Date?

    package init(
        id: String,
        user: UUID,
        name: String,
        hash: String,
        createdAt: Date,
        lastUsed: Date? = nil,
        expiresAt: Date? = nil,
        revokedAt: Date? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.hash = hash
        self.createdAt = createdAt
        self.lastUsed = lastUsed
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    package func isGood(at now: Date) -> Bool { revokedAt == nil && expiresAt.map { now < $0 } ?? true }
}

extension APITokenRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "apiTokens"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
