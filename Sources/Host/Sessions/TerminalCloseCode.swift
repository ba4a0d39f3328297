import NIOWebSocket

/// Why a client's WebSocket is closed while its session may go on. 4000 and up are an application's own (RFC 6455 section 7.4.2).
enum TerminalCloseCode: UInt16, Sendable {
    case protocolError = 1002
    case messageTooLarge = 1009
    /// Another client attached to the session.
    case replaced = 4001
    /// What the client has cannot be continued.
    case positionGone = 4002
    /// What the client came with is good no more.
    case credentialEnded = 4003
    /// There is nothing to watch yet.
    case notBegun = 4004

    var webSocket: WebSocketErrorCode { WebSocketErrorCode(codeNumber: Int(rawValue)) }
}
