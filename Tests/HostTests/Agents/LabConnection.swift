import Foundation
import Host
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Trust
import Wire

/// The agent's end of a raw TLS connection: what it received, in order, and whether it is closed.
final class LabConnection: Sendable {
    let channel: any Channel
    private let received: AsyncStream<ByteBuffer>

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation
        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { continuation.finish() }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private init(channel: any Channel, received: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.received = received
    }

    static func dial(port: Int, envoy: LabEnvoy?, authority: CertificateAuthority, alpn: [String]) async throws
        -> LabConnection
    {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(authority.certificatePEM.utf8), format: .pem)
        ])
        tls.certificateVerification = .noHostnameVerification
        tls.applicationProtocols = alpn
        if let envoy {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(envoy.certificate.utf8)).map {
                .certificate($0)
            }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(envoy.keyPEM.utf8), format: .pem))
        }
        let context = try NIOSSLContext(configuration: tls)
        let (received, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handlers: [any ChannelHandler] = [
                        try NIOSSLClientHandler(context: context, serverHostname: nil), Collector(continuation),
                    ]
                    try channel.pipeline.syncOperations.addHandlers(handlers)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return LabConnection(channel: channel, received: received)
    }

    func send(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes) }

    func hello(session: UUID, token: Data) async throws {
        var hello = Vigo_Agent_V1_TunnelHello()
        hello.sessionID = session.uuidString
        hello.token = token
        try await send(TunnelFrameEncoder(limit: TunnelProtocol.helloLimit).buffer(hello))
    }

    func answer(_ change: (inout Vigo_Agent_V1_TunnelOpenResult) -> Void) async throws {
        var result = Vigo_Agent_V1_TunnelOpenResult()
        change(&result)
        try await send(TunnelFrameEncoder(limit: TunnelProtocol.messageLimit).buffer(result))
    }

    /// The server's TunnelOpen; nil when it closed instead.
    func open() async throws -> Vigo_Agent_V1_TunnelOpen? {
        var buffer = ByteBuffer()
        for await chunk in received {
            buffer.writeImmutableBuffer(chunk)
            let decoder = TunnelFrameDecoder(limit: TunnelProtocol.messageLimit)
            if let open = try decoder.message(Vigo_Agent_V1_TunnelOpen.self, from: &buffer) { return open }
        }
        return nil
    }

    /// The next `count` bytes as text; fewer when the server closed.
    func text(_ count: Int) async -> String {
        var text = ""
        guard count > 0 else { return text }
        for await chunk in received {
            text += String(buffer: chunk)
            if text.utf8.count >= count { break }
        }
        return text
    }

    /// Whether the server closes within `limit`.
    func isClosed(within limit: Duration = .seconds(5)) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [received] in
                for await _ in received {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
