import Glibc
package import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to the server, for requests and for a terminal's WebSocket alike.
package struct ServerConnection: Sendable {
    package let configuration: OperatorConfiguration
    private(set) var group: any EventLoopGroup
    private let tls: NIOSSLContext?

    package init(_ configuration: OperatorConfiguration, group: any EventLoopGroup) throws {
        self.configuration = configuration
        self.group = group
        guard case .https = configuration.server else {
            tls = nil
            return
        }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.applicationProtocols = ["http/1.1"]
        if let file = configuration.caFile {
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
                throw OperatorError("\(file) holds no certificate in PEM form")
            }
            settings.additionalTrustRoots = [.certificates(certificates)]
        }
        tls = try NIOSSLContext(configuration: settings)
    }

    /// The same, for connections that all live on one event loop.
    func on(_ loop: any EventLoop) -> ServerConnection {
        var connection = self
        connection.group = loop
        return connection
    }

    /// Connects, with `configure` run on each channel that is tried before anything is read from it.
    func connect<Output: Sendable>(
        timeout: TimeAmount = .seconds(10),
        _ configure: @escaping @Sendable (any Channel) throws -> Output
    ) async throws -> Output {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16384, maximum: 1 << 20)
            )
        do {
            switch configuration.server {
            case .https(let host, let port):
                return try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: host, port: port) { [tls] channel in
                        channel.eventLoop.makeCompletedFuture {
                            if let tls { try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host: host)) }
                            return try configure(channel)
                        }
                    }
            case .adminSocket(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel) }
                }
            }
        } catch {
            throw configuration.server.explain(error)
        }
    }

    /// An address is no name: it is checked against the certificate without being sent ahead.
    private static func handler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }
}

extension ServerLocation {
    /// The sentence for an error below HTTP.
    func explain(_ error: any Error) -> OperatorError {
        if let error = error as? OperatorError { return error }
        switch (self, error) {
        case (.adminSocket(let path), let error as IOError) where error.errnoCode == EACCES:
            return OperatorError("\(path) is for root only: use sudo, or an API token")
        case (.adminSocket(let path), is IOError):
            return OperatorError("no server listens at \(path): is vigosrv running?")
        case (_, let error as NIOSSLError) where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"):
            return OperatorError(
                "\(self) shows a certificate that is not trusted here: set ca_file, or VIGO_CA_FILE, to the server's CA"
            )
        case (_, is NIOSSLError), (_, is NIOSSLExtraError):
            return OperatorError("the TLS connection to \(self) failed: \(error)")
        case (_, is ChannelError), (_, is IOError), (_, is NIOConnectionError):
            return OperatorError("\(self) cannot be reached")
        default:
            return OperatorError("the connection to \(self) failed: \(error)")
        }
    }
}
