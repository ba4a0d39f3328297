package import Foundation
package import GRDB

/// A machine that has enrolled, or asked to.
package struct EnvoyRecord: Codable, Sendable, Equatable {
    package var id: UUID
    package var hostname: String
    package var address: String?
    package var os: String?
    package var arch: String?
    package var agentVersion: String?
    /// Ed25519 public key, 32 bytes.
    package var identityKey: Data
    /// Of the newest certificate.
    package var certificateSerial: String?
    /// Of the last one that was in use before it, as long as the newest has not been used.
    package var previousSerial: String?
    package var certificateNotAfter: Date?
    package var enrolledAt: Date
    package var lastSeen: Date?
    /// Milliseconds since 1970, by the envoy's clock: rises from check-in to check-in.
    package var lastCheckInTime: Int64
    package var status: Status
    /// Whose place it took.
    package var previousEnvoy: UUID?

    package init(
        id: UUID,
        hostname: String,
        address: String? = nil,
        os: String? = nil,
        arch: String? = nil,
        agentVersion: String? = nil,
        identityKey: Data,
        certificateSerial: String? = nil,
        previousSerial: String? = nil,
        certificateNotAfter: Date? = nil,
        enrolledAt: Date,
        lastSeen: Date? = nil,
        lastCheckInTime: Int64 = 0,
        status: Status,
        previousEnvoy: UUID? = nil
    ) {
        self.id = id
        self.hostname = hostname
        self.address = address
        self.os = os
        self.arch = arch
        self.agentVersion = agentVersion
        self.identityKey = identityKey
        self.certificateSerial = certificateSerial
        self.previousSerial = previousSerial
        self.certificateNotAfter = certificateNotAfter
        self.enrolledAt = enrolledAt
        self.lastSeen = lastSeen
        self.lastCheckInTime = lastCheckInTime
        self.status = status
        self.previousEnvoy = previousEnvoy
    }

    package enum Status: String, Codable, Sendable, CaseIterable {
        case active
        case pending
        case revoked
    }
}

extension EnvoyRecord: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "envoys"

    package static func databaseUUIDEncodingStrategy(for column: String) -> DatabaseUUIDEncodingStrategy {
        .lowercaseString
    }
}
