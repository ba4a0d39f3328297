package import NIOCore

/// How long each step of opening a tunnel may take.
package struct TunnelTimeouts: Sendable {
    /// From the wake-up to the agent's tunnel connection; the token lives as long.
    package var connection: TimeAmount = .seconds(90)
    /// How long an envoy without a stream is waited for: its agent may be dialling again this moment.
    package var reconnection: TimeAmount = .seconds(10)
    /// From TunnelOpen to the agent's answer: a scan of every user's keys over a slow directory service.
    package var answer: TimeAmount = .seconds(30)

    package init() {}
}
