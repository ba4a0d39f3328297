import Corpus
import Testing

@testable import WorkerProtocol

@Suite struct CorpusTests {
    /// Whole frames only: what follows the last of them is waiting for more.
    private func frames(_ bytes: [UInt8]) throws -> [WorkerFrame] {
        var decoder = WorkerFrameDecoder()
        decoder.append(bytes)
        var frames: [WorkerFrame] = []
        while let frame = try decoder.next() { frames.append(frame) }
        return frames
    }

    @Test func `whatever a broker might send, a worker reads it or says what is wrong`() async throws {
        let complaints = try await Corpus("broker-messages").complaints { bytes in
            try frames(bytes).flatMap { try BrokerMessage($0).frame.encoded }
        }
        #expect(complaints == [])
    }

    @Test func `whatever a worker might send, the broker reads it or says what is wrong`() async throws {
        let complaints = try await Corpus("worker-messages").complaints { bytes in
            try frames(bytes).flatMap { try WorkerMessage($0).frame.encoded }
        }
        #expect(complaints == [])
    }
}
