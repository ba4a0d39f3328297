import NIOCore
import NIOEmbedded
import Testing

@testable import Agent

@Suite struct InboundHoldTests {
    /// What comes out behind the hold, in order.
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var heard: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            heard.append(String(buffer: unwrapInboundIn(data)))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { heard.append("end") }
        }
    }

    @Test func `a target that speaks and closes at once is heard by whoever listens later`() throws {
        let (channel, listener) = (EmbeddedChannel(), Listener())
        let hold = InboundHold()
        try channel.pipeline.syncOperations.addHandler(hold)
        try channel.writeInbound(ByteBuffer(string: "Exceeded "))
        try channel.writeInbound(ByteBuffer(string: "MaxStartups"))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try channel.pipeline.syncOperations.addHandler(listener)
        #expect(listener.heard == [])
        channel.pipeline.syncOperations.removeHandler(hold, promise: nil)
        #expect(listener.heard == ["Exceeded ", "MaxStartups", "end"])
    }
}
