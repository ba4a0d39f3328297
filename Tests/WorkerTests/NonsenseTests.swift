import Corpus
import Glibc
import Testing
import WorkerProtocol

/// Frames that no broker sends.
@Suite struct NonsenseTests {
    private static let startFrame = BrokerMessage.start(StartSession()).frame.encoded

    @Test(
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0],  // four gigabytes
            [0, 0, 0, 0, 99, 0, 0, 0],  // an unknown kind
            [0, 0, 0, 0, 9, 0, 1, 0],  // a reserved field in use
            [1, 0, 0, 0, 9, 0, 0, 0, 7],  // a CLOSE with something in it
            [2, 0, 0, 0, 3, 0, 0, 0, 1, 2],  // half a RESIZE
            startFrame,  // a second start
        ] as [[UInt8]]
    )
    func `a frame that makes no sense ends the session with a sentence`(frame: [UInt8]) throws {
        let worker = try WorkerProcess("Echo")
        worker.send(.start(StartSession()))
        #expect(try worker.next(where: { $0 == .ready }) == .ready)
        worker.send(frame)
        let rest = try worker.rest()
        #expect(rest.last == .ended(status: -10))
        #expect(rest.contains { if case .explain = $0 { true } else { false } })
    }

    @Test func `a start that makes no sense is no start`() throws {
        let worker = try WorkerProcess("Echo")
        worker.send(WorkerFrame(kind: BrokerMessage.Kind.start.rawValue, payload: [255, 255, 255, 255]).encoded)
        #expect(try worker.rest().last == .ended(status: -10))
    }

    /// Each worker reads many mutations before it is told to close; what it makes of them is its own affair, as long as
    /// it ends by itself, with a last word.
    @Test func `mutated frames never end a worker by a signal`() throws {
        let valid: [[UInt8]] = [
            BrokerMessage.resize(columns: 80, rows: 24, width: 0, height: 0).frame.encoded,
            BrokerMessage.input(Array("hello".utf8)).frame.encoded,
            BrokerMessage.key(keysym: 65, code: 4, pressed: true).frame.encoded,
            BrokerMessage.pointer(x: -1, y: 1, buttons: 5).frame.encoded,
            BrokerMessage.clipboard(mime: "text/plain", bytes: [1, 2, 3]).frame.encoded,
            BrokerMessage.request(7, method: "resolve", body: [1]).frame.encoded,
            BrokerMessage.answer(1, status: 0, bytes: [4]).frame.encoded,
        ]
        var mutator = Mutator([valid.flatMap { $0 }] + valid, seed: "frames to a worker")
        for _ in 0..<16 {
            let worker = try WorkerProcess("Echo")
            worker.send(.start(StartSession()))
            worker.send(valid.flatMap { $0 })
            worker.send(mutator.next())
            worker.send(.close)
            shutdown(worker.messages, Int32(SHUT_WR))
            let rest = try worker.rest()
            #expect(rest.contains { if case .ended = $0 { true } else { false } })
            var status: Int32 = 0
            waitpid(worker.pid, &status, 0)
            #expect(status & 0x7F == 0)
        }
    }
}
