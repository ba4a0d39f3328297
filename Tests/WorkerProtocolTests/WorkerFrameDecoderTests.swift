import Testing

@testable import WorkerProtocol

@Suite struct WorkerFrameDecoderTests {
    private let frames = MessageTests.toWorker.map(\.frame)

    @Test(arguments: [1, 2, 3, 7, 8, 9, 64, 4096])
    func `frames come out whole however the bytes arrive`(size: Int) throws {
        var decoder = WorkerFrameDecoder()
        var rest = frames.flatMap(\.encoded)[...]
        var decoded: [WorkerFrame] = []
        while !rest.isEmpty {
            decoder.append(rest.prefix(size))
            rest = rest.dropFirst(size)
            while let frame = try decoder.next() { decoded.append(frame) }
        }
        #expect(decoded == frames)
        #expect(decoder.pending == 0)
    }

    @Test func `the largest frame passes and one byte more does not`() throws {
        var decoder = WorkerFrameDecoder()
        let largest = WorkerFrame(kind: 2, payload: [UInt8](repeating: 7, count: WorkerFrame.maximumPayload))
        decoder.append(largest.encoded)
        #expect(try decoder.next() == largest)
        decoder.append([1, 0, 16, 0, 2, 0, 0, 0])
        #expect(throws: WorkerProtocolError.frameTooLarge(WorkerFrame.maximumPayload + 1)) { try decoder.next() }
    }

    @Test func `a reserved field in use is refused`() {
        var decoder = WorkerFrameDecoder()
        decoder.append([0, 0, 0, 0, 2, 0, 0, 1])
        #expect(throws: WorkerProtocolError.malformed("the reserved part of a frame header")) { try decoder.next() }
    }

    /// The same mutations each time: every outcome but a crash is fine.
    @Test func `mutated streams never crash the decoder`() {
        let valid = frames.flatMap(\.encoded) + MessageTests.fromWorker.flatMap(\.frame.encoded)
        var random = UInt64(0x9E37_79B9_7F4A_7C15)
        func next(below limit: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(limit))
        }
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0...next(below: 6) {
                switch next(below: 3) {
                case 0: bytes[next(below: bytes.count)] = UInt8(next(below: 256))
                case 1: bytes.remove(at: next(below: bytes.count))
                default: bytes.insert(UInt8(next(below: 256)), at: next(below: bytes.count))
                }
            }
            var decoder = WorkerFrameDecoder()
            decoder.append(bytes)
            do {
                while let frame = try decoder.next() {
                    _ = try? BrokerMessage(frame)
                    _ = try? WorkerMessage(frame)
                }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
