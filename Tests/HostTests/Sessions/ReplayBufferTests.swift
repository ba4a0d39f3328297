import NIOCore
import Testing

@testable import Host

@Suite struct ReplayBufferTests {
    private func text(_ buffers: [ByteBuffer]?) -> String? {
        buffers.map { $0.map { String(buffer: $0) }.joined() }
    }

    @Test func `whoever comes back gets what they missed`() {
        var replay = ReplayBuffer()
        replay.append(ByteBuffer(string: "hello "))
        replay.append(ByteBuffer(string: "world"))
        #expect(text(replay.bytes(after: 0)) == "hello world")
        #expect(text(replay.bytes(after: 8)) == "rld")
        #expect(text(replay.bytes(after: 11)) == "")
        #expect(replay.bytes(after: 12) == nil)
    }

    @Test func `what was acknowledged is gone`() {
        var replay = ReplayBuffer()
        replay.append(ByteBuffer(string: "abcdef"))
        let four = replay.acknowledge(upTo: 4)
        #expect(four && replay.count == 2)
        #expect(text(replay.bytes(after: 4)) == "ef")
        #expect(replay.bytes(after: 3) == nil)
        let old = replay.acknowledge(upTo: 2)
        #expect(old && replay.count == 2, "an old acknowledgement changes nothing")
        let tooMuch = replay.acknowledge(upTo: 7)
        #expect(!tooMuch)
    }

    @Test func `it is full at its limit and not before`() {
        var replay = ReplayBuffer()
        let chunk = ByteBuffer(repeating: 7, count: ReplayBuffer.limit / 4)
        for _ in 0..<3 { replay.append(chunk) }
        #expect(!replay.isFull)
        replay.append(chunk)
        #expect(replay.isFull)
        _ = replay.acknowledge(upTo: 1)
        #expect(!replay.isFull)
    }

    @Test func `a gibibyte passes through without staying`() {
        var replay = ReplayBuffer()
        let chunk = ByteBuffer(repeating: 7, count: 64 << 10)
        for _ in 0..<(1 << 30) / (64 << 10) {
            replay.append(chunk)
            _ = replay.acknowledge(upTo: replay.end)
        }
        #expect(replay.end == 1 << 30 && replay.count == 0)
        #expect(replay.bytes(after: 1 << 30) == [])
    }

    @Test func `many keystrokes' echoes are held as few chunks`() {
        var replay = ReplayBuffer()
        for _ in 0..<1000 { replay.append(ByteBuffer(string: "x")) }
        #expect(replay.bytes(after: 0)!.count < 10)
    }
}
