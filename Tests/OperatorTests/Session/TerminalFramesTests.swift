import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing
import Wire

@testable import Operator

@Suite struct TerminalFramesTests {
    private final class Receiver: TerminalFrameReceiver {
        private let said = Mutex<[String]>([])
        var heard: [String] { said.withLock(\.self) }

        func received(_ bytes: ByteBuffer) { said.withLock { $0.append(String(buffer: bytes)) } }
        func received(_ message: TerminalControl) { said.withLock { $0.append("\(message)") } }
        func disconnected(_ code: WebSocketErrorCode?) { said.withLock { $0.append("disconnected") } }
    }

    private func connected() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/tmp/x")).wait()
        return channel
    }

    private func show(_ text: String, on channel: EmbeddedChannel) throws {
        try channel.writeInbound(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(string: text)))
    }

    @Test func `the end of a connection is told once`() throws {
        let receiver = Receiver()
        let channel = try connected()
        try channel.pipeline.syncOperations.addHandler(TerminalFrames(session: receiver))
        try show("hello", on: channel)
        _ = try channel.finish()
        #expect(receiver.heard == ["hello", "disconnected"])
    }

    @Test func `a connection that ended while it was upgraded is told so, after what came ahead of its end`() throws {
        let receiver = Receiver()
        let channel = try connected()
        try channel.close().wait()
        try channel.pipeline.syncOperations.addHandler(TerminalFrames(session: receiver))
        channel.pipeline.fireChannelRead(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(string: "hello")))
        channel.embeddedEventLoop.run()
        #expect(receiver.heard == ["hello", "disconnected"])
    }
}
