package import NIOCore
package import Wire

/// A tunnel that reaches the port it was asked for: from here on `channel` is the byte stream.
///
/// Reading is off, so that nothing is lost before somebody listens; half closure is on; what the agent sent right
/// behind its answer arrives with the first read.
package struct OpenedTunnel: Sendable {
    package let channel: any Channel
    package let provisions: [Vigo_Agent_V1_Provision]

    package var eventLoop: any EventLoop { channel.eventLoop }

    /// Everything provisioned, merged: these win over the client's parameters.
    package var parameters: [String: String] {
        provisions.reduce(into: [:]) { $0.merge($1.parameters) { _, newer in newer } }
    }
}
