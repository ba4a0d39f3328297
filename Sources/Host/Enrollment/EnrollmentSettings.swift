package import Foundation
import Trust

/// What an enrollment needs to know of the configuration.
package struct EnrollmentSettings: Sendable {
    package var trusted: [ServerConfiguration.TrustedEnrollment]
    package var certificateValidity: Duration
    package var checkInInterval: Duration
    package var allowedPorts: [Int]
    /// host:port of port 1530, as agents reach it.
    package var agentAddress: String
    /// The key that signs check-in answers.
    package var serverIdentityKey: [UInt8]
    package var now: @Sendable () -> Date = { Date() }

    package init(
        trusted: [ServerConfiguration.TrustedEnrollment],
        certificateValidity: Duration,
        checkInInterval: Duration,
        allowedPorts: [Int],
        agentAddress: String,
        serverIdentityKey: [UInt8]
    ) {
        self.trusted = trusted
        self.certificateValidity = certificateValidity
        self.checkInInterval = checkInInterval
        self.allowedPorts = allowedPorts
        self.agentAddress = agentAddress
        self.serverIdentityKey = serverIdentityKey
    }
}
