package import Foundation

/// A machine that enrolled, or asked to.
package struct Envoy: Sendable, Equatable {
    package enum Status: String, Sendable {
        case active
        /// Waits for an administrator's approval.
        case pending
        case revoked
    }

    package let id: UUID
    package var hostname: String
    package var address: String
    package var os: String
    package var arch: String
    package var agentVersion: String
    /// Ed25519, 32 bytes.
    package let identityKey: [UInt8]
    package var certificateSerial: String?
    package var certificateNotAfter: Date?
    package let enrolledAt: Date
    package var lastSeen: Date?
    /// The agent's own clock, milliseconds since 1970: only rises.
    package var lastCheckInTime: UInt64 = 0
    package var status: Status
    /// The one that this takes the place of.
    package var previousEnvoy: UUID?
}
