import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOWebSocket

/// One connection of the API: TLS where it has some, then HTTP/1.1, or a WebSocket when its first request asks for one.
struct APIChannel: ServerChildChannel, HTTPChannelHandler {
    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        /// Nil once it has become a WebSocket, which lives on event loops alone.
        let http: EventLoopFuture<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>?>
    }

    /// From accepting until a request is there, handshake included.
    static let patience = TimeAmount.seconds(30)
    static let idleTimeout = TimeAmount.seconds(75)
    /// A paste arrives in frames of the client's choosing; browsers send what they have in one.
    static let largestFrame = 1 << 20

    let tls: NIOSSLContext?
    let gate: WebSocketGate
    let responder: Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let patience = PatienceHandler(Self.patience)
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            try pipeline.addHandler(patience)
            let configuration = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.addHTTP(to: channel, logger: logger) }
            }
            var pipelineConfiguration = NIOUpgradableHTTPServerPipelineConfiguration(
                upgradeConfiguration: configuration
            )
            // NIOAsyncChannel takes pipelined requests one by one.
            pipelineConfiguration.enablePipelining = false
            pipelineConfiguration.enableErrorHandling = true
            pipelineConfiguration.decoderConfiguration.maxHeaderFieldSize = 16 << 10
            pipelineConfiguration.decoderConfiguration.maxHeaderListSize = 32 << 10
            pipelineConfiguration.decoderConfiguration.maxHeaderFieldCount = 100
            let upgrade = try pipeline.configureUpgradableHTTPServerPipeline(configuration: pipelineConfiguration)
            upgrade.assumeIsolated().whenComplete { _ in patience.requestCame() }
            return Connection(channel: channel, http: upgrade)
        }
    }

    func handle(value: Connection, logger: Logger) async {
        // A refused upgrade and a connection that ended early are errors here, and have been answered.
        let http = try? await withTaskCancellationHandler {
            try await value.http.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
        guard let http = http.flatMap({ $0 }) else { return }
        await handleHTTP(asyncChannel: http, logger: logger)
    }

    private var upgrader: NIOTypedWebSocketServerUpgrader<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>?> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: Self.largestFrame,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in gate.admit(head, on: channel) },
            upgradePipelineHandler: { channel, _ in gate.open(channel).map { nil } }
        )
    }

    private static func addHTTP(
        to channel: any Channel,
        logger: Logger
    ) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>? {
        try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try channel.pipeline.syncOperations.addHandler(
            HTTPConnectionStateHandler(idleTimeout: .nanoseconds(idleTimeout.nanoseconds), logger: logger)
        )
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
    }
}

/// Ends a connection that does not say what it wants.
final class PatienceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let patience: TimeAmount
    private var deadline: Scheduled<Void>?

    init(_ patience: TimeAmount) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func requestCame() { deadline?.cancel() }
}
