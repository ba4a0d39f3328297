import Foundation
import NIOCore
import NIOWebSocket
import Wire

/// What an operator's client says on its WebSocket, told to the session.
protocol TerminalSocketDelegate: Sendable {
    func received(input: ByteBuffer, from client: any TerminalClient)
    func received(_ control: TerminalControl, from client: any TerminalClient)
    /// `onPurpose`: the client said goodbye; otherwise the connection broke.
    func ended(_ client: any TerminalClient, onPurpose: Bool)
}

/// Reads the client's frames; refuses nonsense with a close code that says which.
final class TerminalSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// From the session: whether to read on.
    struct Reading: Sendable { let isOn: Bool }

    static let largestControl = 4096
    static let pingInterval = TimeAmount.seconds(30)

    private let socket: TerminalSocket
    private let delegate: any TerminalSocketDelegate
    private var fragments: (opcode: WebSocketOpcode, bytes: ByteBuffer)?
    private var isReading = true
    private var isReadHeld = false
    private var isOver = false
    private var heard = true
    private var nextPing: Scheduled<Void>?

    init(socket: TerminalSocket, delegate: any TerminalSocketDelegate) {
        self.socket = socket
        self.delegate = delegate
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedulePing(context)
        // A connection may end while it is upgraded: that was told to those who were there before.
        if !context.channel.isActive {
            context.eventLoop.assumeIsolated().execute { self.over(onPurpose: false) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { nextPing?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard !isOver, !socket.isRefused || frame.opcode == .connectionClose else {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        heard = true
        // RFC 6455 sections 5.1 and 5.2; NIO's decoder passes both.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return refuse(.protocolError, "a frame that is not masked, or uses a reserved bit")
        }
        switch frame.opcode {
        case .binary, .text, .continuation: message(frame, context)
        case .ping:
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)),
                promise: nil
            )
        case .pong: break
        case .connectionClose: close(frame, context)
        default: refuse(.protocolError, "unknown kind of frame")
        }
    }

    func read(context: ChannelHandlerContext) {
        // A paused session's client is still listened to once a session is over, to see it close.
        if isReading { context.read() } else { isReadHeld = true }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let reading = event as? Reading else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        isReading = reading.isOn
        if isReading, isReadHeld {
            isReadHeld = false
            context.read()
        }
        promise?.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        } else if event is ChannelShouldQuiesceEvent {
            // The sessions end theirs by themselves.
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        nextPing?.cancel()
        over(onPurpose: false)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder complains about each further byte, while the client still has to read why.
        guard !isOver else { return }
        if error is NIOWebSocketError {
            refuse(.protocolError, "not a WebSocket frame, or one of more than \(APIChannel.largestFrame) bytes")
        } else {
            context.close(promise: nil)
        }
    }

    private func message(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let isStart = frame.opcode != .continuation
        guard isStart == (fragments == nil) else { return refuse(.protocolError, "a message inside of another") }
        let opcode = fragments?.opcode ?? frame.opcode
        let bytes = frame.unmaskedData
        if opcode == .binary {
            // Input is a stream: fragments need not wait for each other.
            fragments = frame.fin ? nil : (.binary, ByteBuffer())
            delegate.received(input: bytes, from: socket)
            return
        }
        var text = fragments?.bytes ?? ByteBuffer()
        text.writeImmutableBuffer(bytes)
        guard text.readableBytes <= Self.largestControl else {
            return refuse(.messageTooLarge, "a control message of more than 4 KiB")
        }
        fragments = frame.fin ? nil : (.text, text)
        guard frame.fin else { return }
        do throws(TerminalControlError) {
            let control = try TerminalControl(parsing: Data(text.readableBytesView))
            delegate.received(control, from: socket)
        } catch {
            refuse(.protocolError, error.description)
        }
    }

    private func close(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        var data = frame.unmaskedData
        let code = data.readWebSocketErrorCode()
        over(onPurpose: code == .normalClosure)
        guard !socket.hasSaidGoodbye else { return context.close(promise: nil) }
        let answer = WebSocketFrame.close(code ?? .normalClosure, "")
        context.writeAndFlush(wrapOutboundOut(answer)).assumeIsolated().whenComplete { _ in context.close(promise: nil)
        }
    }

    private func refuse(_ code: TerminalCloseCode, _ reason: String) {
        socket.refuse(code, reason)
        over(onPurpose: false)
    }

    private func over(onPurpose: Bool) {
        guard !isOver else { return }
        isOver = true
        delegate.ended(socket, onPurpose: onPurpose)
    }

    /// A client that vanished without a word is found out by its silence.
    private func ping(_ context: ChannelHandlerContext) {
        guard heard || !isReading else {
            context.close(promise: nil)
            return
        }
        heard = false
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())),
            promise: nil
        )
        schedulePing(context)
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        nextPing = context.eventLoop.assumeIsolated().scheduleTask(in: Self.pingInterval) { self.ping(context) }
    }
}
