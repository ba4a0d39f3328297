import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization
import Wire

/// A server on a Unix socket that does as a test says, and tells the test what clients do.
final class ScriptedServer: Sendable {
    enum Event: Sendable {
        case request(String)
        case attached(String, any Channel)
        case input(ByteBuffer)
        case control(TerminalControl)
        case closed(Int?)
    }

    let socket: String
    let events: AsyncStream<Event>
    private let note: AsyncStream<Event>.Continuation
    private let listener = Mutex<(any Channel)?>(nil)
    /// Status and body for “METHOD path-prefix”; 204 where nothing is said.
    private let answers: [String: (Int, String)]

    static let session = UUID(uuidString: "63dfa092-5262-44ac-b04b-1533c709ab42")!
    static let webSocket = "/ws/scrier/63dfa092-5262-44ac-b04b-1533c709ab42"

    static let accepting: [String: (Int, String)] = [
        "POST /api/v1/scrier/connect": (
            202, #"{"session_id":"\#(session)","state":"waiting","websocket":"\#(webSocket)"}"#
        )
    ]

    /// Starts it, hands it to `body`, and stops it.
    static func with(
        _ answers: [String: (Int, String)] = accepting,
        _ body: (ScriptedServer) async throws -> Void
    ) async throws {
        let server = ScriptedServer(answers)
        try await server.start()
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private init(_ answers: [String: (Int, String)]) {
        // Short: a socket's path has at most 107 bytes.
        socket = "/tmp/vigocli-\(UInt32.random(in: 0...(.max))).sock"
        self.answers = answers
        (events, note) = AsyncStream.makeStream()
    }

    private func start() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.configure(channel) }
            }
            .bind(unixDomainSocketPath: socket).get()
        listener.withLock { $0 = channel }
    }

    func stop() async {
        try? await listener.withLock { $0.take() }?.close().get()
        unlink(socket)
        note.finish()
    }

    private func configure(_ channel: any Channel) throws {
        let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
                let isRefused = self.answers["GET \(ScriptedServer.webSocket)"] != nil
                return channel.eventLoop.makeSucceededFuture(isRefused ? nil : HTTPHeaders())
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Frames(note: self.note))
                    self.note.yield(.attached(head.uri, channel))
                }
            }
        )
        let configuration = NIOTypedHTTPServerUpgradeConfiguration(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answers(answers: self.answers, note: self.note))
                }
            }
        )
        _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: configuration)
        )
    }

    private final class Frames: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        let note: AsyncStream<Event>.Continuation
        init(note: AsyncStream<Event>.Continuation) { self.note = note }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            var bytes = frame.unmaskedData
            switch frame.opcode {
            case .binary: note.yield(.input(bytes))
            case .text:
                if let message = try? TerminalControl(parsing: Data(bytes.readableBytesView)) {
                    note.yield(.control(message))
                }
            case .connectionClose:
                note.yield(.closed(bytes.readInteger(as: UInt16.self).map(Int.init)))
                context.close(promise: nil)
            default: break
            }
        }
    }

    private final class Answers: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        let answers: [String: (Int, String)]
        let note: AsyncStream<Event>.Continuation
        private var line = ""

        init(answers: [String: (Int, String)], note: AsyncStream<Event>.Continuation) {
            self.answers = answers
            self.note = note
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): line = "\(head.method) \(head.uri)"
            case .body: break
            case .end:
                // Of an upgrade that is declined, only the end arrives here.
                if line.isEmpty { line = "GET \(ScriptedServer.webSocket)" }
                note.yield(.request(line))
                let (status, body) = answers.first { line.hasPrefix($0.key) }?.value ?? (204, "")
                // A status of 0 stands for a server that never answers.
                guard status != 0 else { return }
                var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
                if status != 204 { head.headers.add(name: "content-length", value: "\(body.utf8.count)") }
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}

extension Channel {
    func say(_ message: TerminalControl) { frame(.text, ByteBuffer(bytes: message.encoded)) }
    func show(_ text: String) { frame(.binary, ByteBuffer(string: text)) }

    func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer, fin: Bool = true) {
        writeAndFlush(WebSocketFrame(fin: fin, opcode: opcode, data: data), promise: nil)
    }

    func closeWebSocket(code: UInt16) {
        frame(.connectionClose, ByteBuffer(integer: code))
    }

    /// Bytes below the WebSocket.
    func writeRaw(_ bytes: [UInt8]) async throws {
        try await eventLoop.submit {
            let encoder = try self.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
            encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
        }.get()
    }
}
