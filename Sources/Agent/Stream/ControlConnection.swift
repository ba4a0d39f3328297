import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import Wire

/// One gRPC connection to the server over a channel that we have dialled: through a proxy where there is one, and with
/// our own look at the server's certificate.
struct ControlConnection: Sendable {
    typealias Client = Vigo_Agent_V1_VigoAgent.Client<HTTP2ClientTransport.WrappedChannel>

    /// Often enough for the NAT tables and proxies in between.
    private static let keepalive = HTTP2ClientTransport.Config.Keepalive(
        time: .seconds(60),
        timeout: .seconds(20),
        allowWithoutCalls: true
    )

    let connection: ServerDialer.Connection
    let authority: String

    /// Runs `body` with a client, and closes the connection when it returns.
    func run(_ body: @Sendable @escaping (Client) async throws -> Void) async throws {
        let config = HTTP2ClientTransport.WrappedChannel.Config.defaults { config in
            config.connection.keepalive = Self.keepalive
            config.connection.maxIdleTime = nil
            // Messages here are small, and a large window makes the receiver slow.
            config.http2.targetWindowSize = 128 * 1024
            config.http2.authority = authority
        }
        let transport = try await HTTP2ClientTransport.WrappedChannel.wrapping(config: config) { configure in
            try await connection.release { channel in configure(channel) }.get()
        }
        let channel = connection.channel
        try await withGRPCClient(transport: transport) { client in
            // A server that answers nothing would make a graceful end wait for ever.
            defer { channel.close(promise: nil) }
            try await body(Client(wrapping: client))
        }
    }
}
