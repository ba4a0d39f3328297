import NIOCore
import NIOWebSocket
import Wire

/// Who hears what comes on a terminal's WebSocket, on the event loop of both.
protocol TerminalFrameReceiver: AnyObject, Sendable {
    func received(_ bytes: ByteBuffer)
    func received(_ message: TerminalControl)
    /// With the code that the server gave, where it gave one.
    func disconnected(_ code: WebSocketErrorCode?)
}
