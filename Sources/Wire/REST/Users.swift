#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

package enum UserRole: String, Codable, Sendable, CaseIterable {
    case admin
    case viewer
    case compliance
}

/// `POST /api/v1/users`.
package struct UserCreate: Codable, Sendable, Equatable {
    package var username: String
    package var role: UserRole
    package var sshPublicKey: String?

    package init(username: String, role: UserRole, sshPublicKey: String? = nil) {
        self.username = username
        self.role = role
        self.sshPublicKey = sshPublicKey
    }

    private enum CodingKeys: String, CodingKey {
        case username
        case role
        case sshPublicKey = "ssh_public_key"
    }
}

/// `PUT /api/v1/users/{id}`; what is absent stays.
package struct UserUpdate: Codable, Sendable, Equatable {
    package var role: UserRole?
    package var sshPublicKey: String?

    package init(role: UserRole? = nil, sshPublicKey: String? = nil) {
        self.role = role
        self.sshPublicKey = sshPublicKey
    }

    private enum CodingKeys: String, CodingKey {
        case role
        case sshPublicKey = "ssh_public_key"
    }
}

/// A web user.
package struct UserSummary: Codable, Sendable, Equatable {
    package var id: UUID
    package var username: String
    package var role: UserRole
    package var sshPublicKey: String?
    package var sshFingerprint: String?
    package var createdAt: Date

    package init(
        id: UUID,
        username: String,
        role: UserRole,
        sshPublicKey: String? = nil,
        sshFingerprint: String? = nil,
        createdAt: Date
    ) {
        self.id = id
        self.username = username
        self.role = role
        self.sshPublicKey = sshPublicKey
        self.sshFingerprint = sshFingerprint
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case username
        case role
        case sshPublicKey = "ssh_public_key"
        case sshFingerprint = "ssh_fingerprint"
        case createdAt = "created_at"
    }
}

/// Who the server takes the caller for.
package struct WhoAmI: Codable, Sendable, Equatable {
    package var username: String
    package var role: UserRole
    /// `token`, `cookie`, `password` or `admin-socket`.
    package var via: String

    package init(username: String, role: UserRole, via: String) {
        self.username = username
        self.role = role
        self.via = via
    }
}
