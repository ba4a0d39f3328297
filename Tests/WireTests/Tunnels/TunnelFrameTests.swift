import NIOCore
import Testing

@testable import Wire

@Suite struct TunnelFrameTests {
    private let hello = Vigo_Agent_V1_TunnelHello.with {
        $0.sessionID = "0b5f"
        $0.token = .init(repeating: 7, count: 32)
    }
    private let decoder = TunnelFrameDecoder(limit: TunnelProtocol.helloLimit)
    private let encoder = TunnelFrameEncoder(limit: TunnelProtocol.helloLimit)

    @Test func `a message arrives byte by byte, and what follows stays in the buffer`() throws {
        var wire = try encoder.buffer(hello)
        wire.writeString("stream")
        var received = ByteBuffer()
        var decoded: Vigo_Agent_V1_TunnelHello?
        while decoded == nil, let byte = wire.readSlice(length: 1) {
            received.writeImmutableBuffer(byte)
            decoded = try decoder.message(Vigo_Agent_V1_TunnelHello.self, from: &received)
        }
        #expect(decoded == hello)
        #expect(received.readableBytes == 0)
        #expect(String(buffer: wire) == "stream")
    }

    @Test func `a length beyond the limit is refused before the rest arrives`() {
        var buffer = ByteBuffer(integer: UInt32(4097))
        #expect(throws: TunnelFrameError.tooLarge(bytes: 4097, limit: 4096)) { try decoder.frame(from: &buffer) }
    }

    @Test func `bytes that are no message are refused`() {
        var buffer = ByteBuffer(integer: UInt32(2))
        buffer.writeBytes([0xff, 0xff])
        #expect(throws: TunnelFrameError.malformed("vigo.agent.v1.TunnelHello")) {
            try decoder.message(Vigo_Agent_V1_TunnelHello.self, from: &buffer)
        }
    }

    @Test func `a message beyond the limit is not sent`() {
        let large = Vigo_Agent_V1_TunnelHello.with { $0.sessionID = String(repeating: "x", count: 5000) }
        #expect(throws: TunnelFrameError.self) { try encoder.buffer(large) }
    }
}
