import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing
import Wire

@testable import Operator

@Suite struct ReceivedOutputTests {
    private let loop = EmbeddedEventLoop()

    private func told(_ channel: EmbeddedChannel) throws -> [UInt64] {
        var totals: [UInt64] = []
        while let frame = try channel.readOutbound(as: WebSocketFrame.self) {
            guard case .ack(let total) = try TerminalControl(parsing: frame.data.readableBytesView) else {
                Issue.record("no acknowledgement: \(frame)")
                break
            }
            totals.append(total)
        }
        return totals
    }

    @Test func `a flood is acknowledged each 64 KiB, and what is left a moment later`() throws {
        let (output, channel) = (ReceivedOutput(loop: loop), EmbeddedChannel(loop: loop))
        output.attach(channel)
        for _ in 0..<5 { output.add(32 * 1024) }
        #expect(try told(channel) == [64 * 1024, 128 * 1024])
        loop.advanceTime(by: .milliseconds(99))
        #expect(try told(channel) == [])
        loop.advanceTime(by: .milliseconds(1))
        #expect(try told(channel) == [160 * 1024])
        loop.advanceTime(by: .seconds(1))
        #expect(try told(channel) == [])
    }

    @Test func `what came before the connection was ours is acknowledged when it is`() throws {
        let (output, channel) = (ReceivedOutput(loop: loop), EmbeddedChannel(loop: loop))
        output.add(100_000)
        output.add(1)
        loop.advanceTime(by: .seconds(1))
        output.attach(channel)
        #expect(try told(channel) == [100_001])
    }

    @Test func `without a connection it counts on, and tells the next one`() throws {
        let (output, first, second) = (
            ReceivedOutput(loop: loop), EmbeddedChannel(loop: loop), EmbeddedChannel(loop: loop)
        )
        output.attach(first)
        output.add(10)
        output.detach()
        loop.advanceTime(by: .seconds(1))
        #expect(output.total == 10)
        output.attach(second)
        #expect(try told(first) == [])
        #expect(try told(second) == [10])
    }

    @Test func `a total that both sides know is where it goes on`() throws {
        let (output, channel) = (ReceivedOutput(loop: loop), EmbeddedChannel(loop: loop))
        output.attach(channel)
        output.begin(at: 1_000_000)
        loop.advanceTime(by: .seconds(1))
        #expect(try told(channel) == [])
        output.add(5)
        loop.advanceTime(by: .seconds(1))
        #expect(try told(channel) == [1_000_005])
    }
}
