import Glibc
import Testing
import WorkerProtocol

@testable import Worker

@Suite struct FrameReaderTests {
    @Test func `what arrives in one read with the secrets survives their wiping`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let resize = BrokerMessage.resize(columns: 80, rows: 24, width: 0, height: 0).frame
        let bytes = resize.encoded + resize.encoded
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)

        let reader = FrameReader(descriptor: ends[0])
        var frames: [WorkerFrame] = []
        _ = try reader.read { part in
            guard case .frame(let frame) = part else { return }
            frames.append(frame)
            reader.wipe()
        }
        #expect(frames.map(\.payload) == [resize.payload, resize.payload])
        #expect(frames.allSatisfy { $0.kind == resize.kind })
    }
}
