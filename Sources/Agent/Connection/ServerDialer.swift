import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// Opens TLS connections to the server, through a proxy where the environment names one.
struct ServerDialer: Sendable {
    let group: any EventLoopGroup
    let proxies: ProxySettings
    var patience: TimeAmount = .seconds(20)

    /// A connection after its handshake. What arrives is held until `release` has been called.
    struct Connection: Sendable {
        let channel: any Channel

        /// Puts handlers in place, on the loop, and lets go of what has arrived.
        func release<T: Sendable>(_ install: @escaping @Sendable (any Channel) throws -> T) async throws -> T {
            let channel = channel
            return try await channel.eventLoop.submit {
                let result = try install(channel)
                let hold = try channel.pipeline.syncOperations.handler(type: InboundHold.self)
                channel.pipeline.syncOperations.removeHandler(hold, promise: nil)
                return result
            }.get()
        }
    }

    func connect(
        to server: ServerAddress,
        context: NIOSSLContext,
        trust: ServerTrust,
        speaking wanted: String,
        halfClosure: Bool = false
    ) async throws(ConnectionError) -> Connection {
        let proxy = proxies.proxy(for: server)
        let loop = group.next()
        let handshake = loop.makePromise(of: String?.self)
        let objection = NIOLockedValueBox<String?>(nil)
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(patience)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: halfClosure)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let proxy { try pipeline.addHandler(ProxyConnectHandler(target: server, proxy: proxy)) }
                    let tls = try NIOSSLClientHandler(
                        context: context,
                        serverHostname: isAddress ? nil : server.host,
                        customVerificationCallback: trust.callback { reason in
                            objection.withLockedValue { $0 = reason }
                        }
                    )
                    try pipeline.addHandlers(tls, HandshakeWatcher(promise: handshake), InboundHold())
                }
            }
        let first = proxy?.address ?? server
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: first.host, port: first.port).get()
        } catch {
            handshake.fail(error)
            guard proxy == nil else { throw .proxy(first, Self.reason(error)) }
            throw Self.isRefused(error) ? .refused(first) : .unreachable(first, Self.reason(error))
        }
        let timeout = loop.scheduleTask(in: patience) {
            handshake.fail(ChannelError.connectTimeout(patience))
            channel.close(promise: nil)
        }
        defer { timeout.cancel() }
        do {
            let negotiated = try await handshake.futureResult.get()
            // A server without ALPN is good enough for HTTP/1.1.
            if negotiated == wanted || (negotiated == nil && wanted == "http/1.1") {
                return Connection(channel: channel)
            }
        } catch let error as ConnectionError {
            channel.close(promise: nil)
            throw error
        } catch {
            channel.close(promise: nil)
            if let reason = objection.withLockedValue(\.self) { throw .certificate(server, reason) }
            throw .handshake(server, Self.reason(error))
        }
        channel.close(promise: nil)
        throw .protocolRefused(server, wanted)
    }

    /// By one of the addresses that the name has, at least.
    private static func isRefused(_ error: any Error) -> Bool {
        switch error {
        case let error as NIOConnectionError: error.connectionErrors.contains { isRefused($0.error) }
        case let error as IOError: error.errnoCode == ECONNREFUSED
        default: false
        }
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) }
                ?? error.dnsAAAAError.map { _ in "the name \(error.host) is not known" } ?? "no address answers"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        case ChannelError.eof: "the other side closed the connection"
        default: String(describing: error)
        }
    }
}
