import Glibc
import Testing
import WorkerProtocol

@testable import Worker

@Suite struct FrameReaderTests {
    @Test func `a request is lent where it lies, and wiped afterwards`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let bytes = BrokerMessage.request(1, method: "put", body: [1, 2, 3, 4]).frame.encoded
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        let reader = FrameReader(descriptor: ends[0])
        var lent: UnsafeRawBufferPointer?
        _ = try reader.read { part in
            guard case .request(let payload) = part else { return }
            #expect(Array(payload.suffix(4)) == [1, 2, 3, 4])
            lent = payload
        }
        // The reader keeps small memory for the next one.
        #expect(try #require(lent).allSatisfy { $0 == 0 })
    }

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
