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
}
