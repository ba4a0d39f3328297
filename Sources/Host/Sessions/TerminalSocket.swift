import Foundation
import NIOCore
import NIOWebSocket
import Synchronization
import Wire

/// The server's end of an operator's WebSocket, as the session's event loop sees it: what it is given is written on the
/// WebSocket's own loop, everything that gathered meanwhile in one flush.
final class TerminalSocket: TerminalClient {
    private enum Item {
        case frame(WebSocketFrame)
        case finish(code: WebSocketErrorCode, reason: String, force: TimeAmount)
        case reading(Bool)
    }

    private struct Outgoing {
        var items: [Item] = []
        var isScheduled = false
        var isFinishing = false
        var isRefused = false
    }

    /// What a client gets to take in the rest before the connection is cut.
    static let farewell = TimeAmount.seconds(30)

    let channel: any Channel
    private let outgoing = Mutex(Outgoing())

    init(channel: any Channel) {
        self.channel = channel
    }

    /// The close frame is out: the client's is the answer to it.
    var hasSaidGoodbye: Bool { outgoing.withLock { $0.isFinishing } }

    /// What the client says from now on counts for nothing, though its loop may not have got there yet.
    var isRefused: Bool { outgoing.withLock { $0.isRefused } }

    func send(output: ByteBuffer) {
        add([.frame(WebSocketFrame(fin: true, opcode: .binary, data: output))])
    }

    func send(_ control: TerminalControl) {
        add([.frame(Self.frame(control))])
    }

    func finish(with end: SessionEnd) {
        add([.frame(Self.frame(.end(end))), .finish(code: .normalClosure, reason: "", force: Self.farewell)])
    }

    func refuse(_ code: TerminalCloseCode, _ reason: String) {
        outgoing.withLock { $0.isRefused = true }
        let error = TerminalControl.error(message: reason)
        add([.frame(Self.frame(error)), .finish(code: code.webSocket, reason: reason, force: .seconds(5))])
    }

    func pauseReading() { add([.reading(false)]) }
    func resumeReading() { add([.reading(true)]) }

    private static func frame(_ control: TerminalControl) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: control.encoded))
    }

    private func add(_ items: [Item]) {
        let mustSchedule = outgoing.withLock { outgoing in
            outgoing.items += items
            defer { outgoing.isScheduled = true }
            return !outgoing.isScheduled
        }
        guard mustSchedule else { return }
        channel.eventLoop.execute { self.drain() }
    }

    private func drain() {
        let (items, wasFinishing) = outgoing.withLock { outgoing in
            defer {
                outgoing.items.removeAll(keepingCapacity: outgoing.items.count < 64)
                outgoing.isScheduled = false
            }
            return (outgoing.items, outgoing.isFinishing)
        }
        // Nothing may follow the close frame.
        guard !wasFinishing, channel.isActive else { return }
        for item in items {
            switch item {
            case .frame(let frame):
                channel.write(frame, promise: nil)
            case .reading(let isOn):
                channel.triggerUserOutboundEvent(TerminalSocketHandler.Reading(isOn: isOn), promise: nil)
            case .finish(let code, let reason, let force):
                outgoing.withLock { $0.isFinishing = true }
                channel.write(WebSocketFrame.close(code, reason), promise: nil)
                channel.flush()
                let channel = channel
                let cut = channel.eventLoop.scheduleTask(in: force) { channel.close(promise: nil) }
                channel.closeFuture.whenComplete { _ in cut.cancel() }
                return
            }
        }
        channel.flush()
    }
}

extension WebSocketFrame {
    static func close(_ code: WebSocketErrorCode, _ reason: String) -> WebSocketFrame {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        // A control frame holds 125 bytes, and a browser closes by itself over half a character.
        var text = Array(reason.utf8).prefix(120)
        while String(validating: text, as: UTF8.self) == nil { text.removeLast() }
        data.writeBytes(text)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }
}
