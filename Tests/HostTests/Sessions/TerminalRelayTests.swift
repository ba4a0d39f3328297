import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import Wire

@testable import Host

/// Remembers what it was told.
final class RecordingWorker: TerminalWorker {
    var input = ""
    var inputBytes = 0
    var sizes: [[Int]] = []
    var isPaused = false
    var looks: [UInt32] = []

    func look(_ number: UInt32) { looks.append(number) }
    func sendInput(_ bytes: ByteBuffer) {
        inputBytes += bytes.readableBytes
        if bytes.readableBytes < 1000 { input += String(buffer: bytes) }
    }
    func resize(columns: Int, rows: Int) { sizes.append([columns, rows]) }
    func pauseOutput() { isPaused = true }
    func resumeOutput() { isPaused = false }
}

final class RecordingClient: TerminalClient {
    struct Heard {
        var output = ""
        var bytes = 0
        var controls: [TerminalControl] = []
        var end: SessionEnd?
        var refusal: TerminalCloseCode?
        var isPaused = false
    }
    private let state = Mutex(Heard())
    var heard: Heard { state.withLock { $0 } }

    func send(output: ByteBuffer) {
        state.withLock {
            $0.bytes += output.readableBytes
            if output.readableBytes < 1000 { $0.output += String(buffer: output) }
        }
    }
    func send(_ control: TerminalControl) { state.withLock { $0.controls.append(control) } }
    func finish(with end: SessionEnd) { state.withLock { $0.end = end } }
    func refuse(_ code: TerminalCloseCode, _ reason: String) { state.withLock { $0.refusal = code } }
    func pauseReading() { state.withLock { $0.isPaused = true } }
    func resumeReading() { state.withLock { $0.isPaused = false } }
}

@Suite struct TerminalRelayTests {
    private let loop = EmbeddedEventLoop()
    private let worker = RecordingWorker()
    private let abandoned = Counter()

    private func relay(begun: Bool = true) -> TerminalRelay {
        let relay = TerminalRelay(loop: loop, worker: worker, grace: .seconds(60)) { [abandoned] in abandoned.add() }
        if begun { relay.begin() }
        return relay
    }

    @Test func `bytes go both ways`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        relay.input(ByteBuffer(string: "ls\n"), from: client)
        relay.output(ByteBuffer(string: "file\n"))
        #expect(worker.input == "ls\n" && client.heard.output == "file\n")
        #expect(relay.bytesIn == 3 && relay.bytesOut == 5)
    }

    @Test func `what is typed before the worker has begun arrives when it has`() {
        let (relay, client) = (relay(begun: false), RecordingClient())
        relay.attach(client, after: nil)
        relay.input(ByteBuffer(string: "early"), from: client)
        relay.resize(columns: 100, rows: 30, from: client)
        #expect(worker.input == "" && worker.sizes.isEmpty)
        relay.begin()
        #expect(worker.input == "early" && worker.sizes == [[100, 30]])
    }

    @Test func `a client that does not take its output stops the worker, and starts it again`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        for _ in 0..<16 { relay.output(ByteBuffer(repeating: 0, count: 64 << 10)) }
        #expect(worker.isPaused)
        relay.acknowledge(100, from: client)
        #expect(worker.isPaused, "not for every few bytes")
        relay.acknowledge(1 << 20, from: client)
        #expect(!worker.isPaused)
    }

    @Test func `a plugin that does not take its input stops the client, within the worker's bound`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        for _ in 0..<8 { relay.input(ByteBuffer(repeating: 0, count: 200 << 10), from: client) }
        #expect(client.heard.isPaused)
        #expect(worker.inputBytes <= TerminalRelay.inputLimit)
        relay.consumed(worker.inputBytes)
        relay.consumed(1600 << 10)
        #expect(!client.heard.isPaused && worker.inputBytes == 1600 << 10)
    }

    @Test func `who attaches again gets what was missed, once`() {
        let (relay, first, second) = (relay(), RecordingClient(), RecordingClient())
        relay.attach(first, after: nil)
        relay.output(ByteBuffer(string: "one "))
        #expect(relay.detach(first))
        relay.output(ByteBuffer(string: "two "))
        relay.attach(second, after: 2)
        relay.output(ByteBuffer(string: "three"))
        #expect(second.heard.output == "e two three")
        loop.advanceTime(by: .seconds(120))
        #expect(abandoned.count == 0)
    }

    @Test func `a position that was given up, or never was, is refused`() {
        let (relay, first, second) = (relay(), RecordingClient(), RecordingClient())
        relay.attach(first, after: nil)
        relay.output(ByteBuffer(string: "0123456789"))
        relay.acknowledge(5, from: first)
        relay.attach(second, after: 4)
        #expect(second.heard.refusal == .positionGone && first.heard.refusal == nil)
        relay.attach(second, after: 11)
        #expect(second.heard.refusal == .positionGone)
    }

    @Test func `a newer client takes the place of an older one, which has no say any more`() {
        let (relay, first, second) = (relay(), RecordingClient(), RecordingClient())
        relay.attach(first, after: nil)
        relay.attach(second, after: nil)
        #expect(first.heard.refusal == .replaced)
        relay.input(ByteBuffer(string: "x"), from: first)
        #expect(worker.input == "" && !relay.detach(first))
    }

    @Test func `a session that nobody attaches to is abandoned after the grace`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        _ = relay.detach(client)
        loop.advanceTime(by: .seconds(59))
        #expect(abandoned.count == 0)
        loop.advanceTime(by: .seconds(2))
        #expect(abandoned.count == 1)
    }

    @Test func `who acknowledges more than there was is sent away`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        relay.acknowledge(1, from: client)
        #expect(client.heard.refusal == .protocolError)
    }

    @Test func `input is acknowledged by its total`() {
        let (relay, client) = (relay(), RecordingClient())
        relay.attach(client, after: nil)
        relay.input(ByteBuffer(string: "abc"), from: client)
        relay.input(ByteBuffer(string: "de"), from: client)
        loop.advanceTime(by: .milliseconds(150))
        #expect(client.heard.controls == [.ack(bytes: 0), .ack(bytes: 5)])
    }

    @Test func `the end comes behind the last output, also for who attaches later`() {
        let (relay, late) = (relay(), RecordingClient())
        relay.output(ByteBuffer(string: "bye"))
        relay.finish(SessionEnd(reason: "done", exitStatus: 7))
        relay.attach(late, after: nil)
        #expect(late.heard.output == "bye" && late.heard.end?.exitStatus == 7)
        relay.input(ByteBuffer(string: "x"), from: late)
        #expect(worker.input == "")
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}
