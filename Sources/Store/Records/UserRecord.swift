package import Foundation
package import GRDB

/// Somebody who may log in.
package struct UserRecord: Codable, Sendable, Equatable {
    package var id: UUID
    package var username: String
    package var role: Role
    package var sshPublicKey: String?
    /// `SHA256:…`; one key belongs to one user.
    package var sshFingerprint: String?
    /// The user has shown that the key is theirs.
    package var isKeyProved: Bool
    package var createdAt: Date

    package init(
        id: UUID,
        username: String,
        role: Role,
        sshPublicKey: String? = nil,
        sshFingerprint: String? = nil,
        isKeyProved: Bool = false,
        createdAt: Date
    ) {
        self.id = id
        self.username = username
        self.role = role
        self.sshPublicKey = sshPublicKey
        self.sshFingerprint = sshFingerprint
        self.isKeyProved = isKeyProved
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id
        case username
        case role
        case sshPublicKey = "ssh_public_key"
        case sshFingerprint = "ssh_fingerprint"
        case isKeyProved = "ssh_key_proved"
        case createdAt
    }

    package enum Role: String, Codable, Sendable, CaseIterable {
        case admin
        case viewer
        case compliance
    }
}

extension UserRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "users"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
