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

    private static let patience = TimeAmount.seconds(30)
    private static let idle = TimeAmount.seconds(75)
    /// A paste arrives in frames of the client's choosing; browsers send what they have in one.
    static let largestFrame = 1 << 20

    let tls: NIOSSLContext?
    let gate: WebSocketGate
    /// Nil for the admin socket.
    let limits: APILimits?
    /// The listener's own: what is given to `setup` is of Hummingbird's kind, and quiet.
    let logger: Logger
    let responder: Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        guard let limits else { return serve(channel, logger) }
        let address = channel.remoteAddress?.ipAddress ?? ""
        guard let place = limits.connections.enter(address) else {
            return channel.eventLoop.makeCompletedFuture { try refuse(channel, from: address, limits) }
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in place.leave() }
        return serve(channel, logger)
    }

    /// Says why, to as many as that is possible with at the same time.
    private func refuse(_ channel: any Channel, from address: String, _ limits: APILimits) throws -> Connection {
        if let count = limits.connections.refusalsToTell() {
            let metadata: Logger.Metadata = ["refused": "\(count)", "peer": "\(address)"]
            self.logger.warning("too many connections to the API", metadata: metadata)
        }
        if let place = limits.refusals.enter(address) {
            channel.closeFuture.assumeIsolated().whenComplete { _ in place.leave() }
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            // Never told that a request came: this is all the time that there is.
            try pipeline.addHandler(PatienceHandler(limits.firstRequest))
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(TooManyConnectionsHandler())
        } else {
            channel.close(promise: nil)
        }
        return Connection(channel: channel, http: channel.eventLoop.makeSucceededFuture(nil))
    }

    private func serve(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let patience = PatienceHandler(limits?.firstRequest ?? Self.patience)
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            try pipeline.addHandler(patience)
            let configuration = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
                channel.eventLoop.makeCompletedFuture { try addHTTP(to: channel, logger: logger) }
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

    private func addHTTP(
        to channel: any Channel,
        logger: Logger
    ) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>? {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        if let limits {
            try pipeline.addHandler(RequestDeadlineHandler(limits))
            try pipeline.addHandler(StalledAnswerHandler(limits.stalledAnswer))
        }
        let idle = limits?.idle ?? Self.idle
        try pipeline.addHandler(
            HTTPConnectionStateHandler(idleTimeout: .nanoseconds(idle.nanoseconds), logger: logger)
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
