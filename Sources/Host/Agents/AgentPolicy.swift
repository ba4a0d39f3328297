package import Foundation

/// What agents are told, and how long what they get is good for.
package struct AgentPolicy: Sendable {
    package var checkInInterval: Duration = .seconds(300)
    package var certificateValidity: Duration = .seconds(8760 * 3600)
    package var allowedPorts: [Int] = [22, 3389, 5900]
    package var serverVersion = ""
    /// Sessions of an envoy that go on: what its agent provisioned for any other is stale.
    package var heldSessions: @Sendable (UUID) async -> [UUID] = { _ in [] }
    /// What envoys get of the vault; nil for nothing.
    var secrets: SecretsResolution?
    package var now: @Sendable () -> Date = { Date() }

    package init() {}
}
