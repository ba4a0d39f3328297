import NIOCore
import NIOWebSocket
import Wire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The client's end of a terminal's WebSocket: frames become calls on the session, on the event loop that both share.
final class TerminalFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let session: any TerminalFrameReceiver
    private var isAlive = true
    private var pings: RepeatedTask?
    private var closeCode: WebSocketErrorCode?

    private static let pingInterval: TimeAmount = .seconds(15)

    init(session: any TerminalFrameReceiver) { self.session = session }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
            let (handler, context) = bound.value
            handler.ping(context)
        }
        // A connection may end while it is upgraded: that was told to those who were there before. What came ahead of its end
        // is still on its way here.
        if !context.channel.isActive {
            context.eventLoop.execute {
                let (handler, _) = bound.value
                handler.session.disconnected(handler.closeCode)
            }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { pings?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isAlive = true
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary: session.received(frame.unmaskedData)
        case .text:
            guard let message = try? TerminalControl(parsing: Array(frame.unmaskedData.readableBytesView)) else {
                return
            }
            session.received(message)
        case .ping: send(.pong, frame.unmaskedData, context)
        case .connectionClose:
            var data = frame.unmaskedData
            closeCode = data.readWebSocketErrorCode()
            send(.connectionClose, frame.unmaskedData, context)
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.disconnected(closeCode)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// A network that went away without a word is found out by the second ping.
    private func ping(_ context: ChannelHandlerContext) {
        guard isAlive else { return context.close(promise: nil) }
        isAlive = false
        send(.ping, ByteBuffer(), context)
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}

extension Channel {
    func send(_ message: TerminalControl) { send(.text, ByteBuffer(bytes: message.encoded)) }

    func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data), promise: nil)
    }

    /// Says that the operator is done, then closes.
    func closeWebSocket() {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: .normalClosure)
        writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data))
            .whenComplete { _ in self.close(promise: nil) }
    }
}
