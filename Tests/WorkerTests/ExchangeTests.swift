import Corpus
import Glibc
import Testing
import WorkerProtocol

/// `scrier.exchange/1`, with the test in the broker's place.
@Suite struct ExchangeTests {
    private func started(_ plugin: String = "Memory") throws -> WorkerProcess {
        let worker = try WorkerProcess(plugin)
        guard case .confined = try worker.next() else { throw WorkerProcess.Failure(step: "confined", number: 0) }
        worker.send(.start(StartSession()))
        #expect(try worker.next() == .ready)
        return worker
    }

    private func reply(_ worker: WorkerProcess) throws -> (number: UInt32, status: Int32, fields: [[UInt8]])? {
        guard case .reply(let number, let status, let body) = try worker.next() else { return nil }
        return (number, status, try body.fields())
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `what was put comes back, byte for byte`() throws {
        let worker = try started()
        let value: [UInt8] = [0, 255, 10, 13, 0]
        worker.send(.request(7, method: "put", body: .body(bytes("a/b"), value)))
        #expect(try #require(try reply(worker)).status == 0)
        worker.send(.request(8, method: "get", body: .body(bytes("a/b"))))
        let answer = try #require(try reply(worker))
        #expect(answer.number == 8 && answer.status == 0 && answer.fields == [value])
        worker.send(.request(9, method: "get", body: .body(bytes("a"))))
        #expect(try #require(try reply(worker)).status == -20)
        worker.send(.close)
        #expect(try worker.rest().last == .ended(status: -2))
    }

    @Test func `the largest body passes both ways, a larger one is nonsense`() throws {
        let worker = try started()
        let value = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 % 251) }
        worker.send(.request(1, method: "put", body: .body(bytes("large"), value)))
        #expect(try #require(try reply(worker)).status == 0)
        worker.send(.request(2, method: "get", body: .body(bytes("large"))))
        #expect(try #require(try reply(worker)).fields == [value])
        let filler = [UInt8](repeating: 1, count: WorkerFrame.maximumBody - 8 - 5)
        worker.send(.request(3, method: "put", body: .body(bytes("large"), filler)))
        #expect(try #require(try reply(worker)).status == -25)
        worker.send(WorkerFrameHeader(kind: 7, length: WorkerFrame.maximumBody + 4096).encoded)
        #expect(try worker.rest().last == .ended(status: -10))
    }

    @Test func `several are in flight, and each answer finds its question`() throws {
        let worker = try started()
        for number in 1...60 {
            worker.send(.request(UInt32(number), method: "put", body: .body(bytes("k\(number)"), bytes("v\(number)"))))
        }
        for _ in 1...60 { #expect(try #require(try reply(worker)).status == 0) }
        for number in 1...60 { worker.send(.request(UInt32(number), method: "get", body: .body(bytes("k\(number)")))) }
        for _ in 1...60 {
            let answer = try #require(try reply(worker))
            #expect(answer.fields == [bytes("v\(answer.number)")])
        }
    }

    @Test func `a broker that does not read slows the plugin down, and loses nothing`() throws {
        let worker = try started()
        let value = [UInt8](repeating: 7, count: 1 << 20)
        worker.send(.request(1, method: "put", body: .body(bytes("large"), value)))
        #expect(try #require(try reply(worker)).status == 0)
        for number in 1...20 { worker.send(.request(UInt32(number), method: "get", body: .body(bytes("large")))) }
        usleep(200_000)
        for number in 1...20 {
            let answer = try #require(try reply(worker))
            #expect(answer.number == UInt32(number) && answer.fields == [value])
        }
    }

    @Test func `more open requests than was agreed on are nonsense`() throws {
        let worker = try started()
        // All in one read: the plugin has pulled none of them when the last one comes.
        let request = BrokerMessage.request
        let many = (1...70).flatMap { request(UInt32($0), "epoch", []).frame.encoded }
        kill(worker.pid, SIGSTOP)
        worker.send(many)
        kill(worker.pid, SIGCONT)
        #expect(try worker.rest().contains(.ended(status: -10)))
    }

    @Test func `a number that is still open is nonsense`() throws {
        let worker = try started()
        kill(worker.pid, SIGSTOP)
        let request = BrokerMessage.request(1, method: "epoch", body: []).frame.encoded
        worker.send(request + request)
        kill(worker.pid, SIGCONT)
        #expect(try worker.rest().last == .ended(status: -10))
    }

    @Test func `bodies that make no sense are answered, whatever is in them`() throws {
        let worker = try started()
        var random = SeededGenerator(seed: 11)
        for number in 1...300 {
            let method = ["get", "put", "list", "delete", "verify", "status", "", "no/such\u{1}"][number % 8]
            let body = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            worker.send(.request(UInt32(number), method: method, body: body))
            #expect(try #require(try reply(worker)).number == UInt32(number))
        }
    }

    @Test func `a session plugin has no exchange, and a request to it harms nobody`() throws {
        let worker = try WorkerProcess("Echo")
        worker.send(.start(StartSession()))
        #expect(try worker.next(where: { $0 == .ready }) == .ready)
        worker.send(.request(1, method: "get", body: []))
        worker.send(.close)
        #expect(try worker.rest() == [.ended(status: -2)])
    }
}
