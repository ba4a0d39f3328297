import NIOCore
import NIOEmbedded
import Testing
import Wire

@testable import Host

/// Who looks on, and who comes back with a picture of the screen.
@Suite struct TerminalWatchersTests {
    private let loop = EmbeddedEventLoop()
    private let worker = RecordingWorker()
    private let relay: TerminalRelay
    private let operatorClient = RecordingClient()

    init() {
        relay = TerminalRelay(loop: loop, worker: worker, grace: .seconds(60)) {}
        relay.begin()
        relay.attach(operatorClient, after: nil)
    }

    private func picture(_ text: String) -> TerminalPicture {
        TerminalPicture(columns: 90, rows: 20, paint: Array(text.utf8))
    }

    private func show(_ text: String) { relay.output(ByteBuffer(string: text)) }

    @Test func `a watcher begins with the picture, and gets what follows it and nothing before`() {
        let watcher = RecordingClient()
        show("before ")
        relay.watch(watcher, name: "eve")
        show("in the picture ")
        #expect(worker.looks == [1] && watcher.heard.output == "")
        relay.screen(1, picture("<picture>"))
        show("after")
        #expect(watcher.heard.output == "<picture>after")
        #expect(watcher.heard.controls.contains(.resize(columns: 90, rows: 20)))
        #expect(operatorClient.heard.output == "before in the picture after")
    }

    @Test func `both sides are told who looks on, an operator who comes back as well`() {
        let (one, other) = (RecordingClient(), RecordingClient())
        relay.watch(one, name: "eve")
        relay.watch(other, name: "sam")
        #expect(operatorClient.heard.controls.last == .watchers(names: ["eve", "sam"]))
        #expect(one.heard.controls.last == .watchers(names: ["eve", "sam"]))
        relay.unwatch(one)
        #expect(operatorClient.heard.controls.last == .watchers(names: ["sam"]))
        let back = RecordingClient()
        relay.attach(back, after: nil)
        #expect(back.heard.controls.contains(.watchers(names: ["sam"])))
    }

    @Test func `a watcher that does not take it is left out, stops nobody, and goes on with a new picture`() {
        let watcher = RecordingClient()
        relay.watch(watcher, name: "eve")
        relay.screen(1, picture("<1>"))
        let piece = ByteBuffer(repeating: 0x78, count: 64 << 10)
        for _ in 0..<40 {
            relay.output(piece)
            relay.acknowledge(relay.bytesOut, from: operatorClient)
        }
        #expect(!worker.isPaused && watcher.heard.bytes < 400 << 10)
        relay.watchers.acknowledge(100, from: watcher)
        #expect(worker.looks == [1], "not for every few bytes")
        relay.watchers.acknowledge(UInt64(watcher.heard.bytes), from: watcher)
        #expect(worker.looks == [1, 2])
        relay.screen(2, picture("<2>"))
        show("live")
        #expect(watcher.heard.output.hasSuffix("<2>live"))
    }

    @Test func `a watcher has no say: it types for nobody, and what it claims to have is not believed`() {
        let watcher = RecordingClient()
        relay.watch(watcher, name: "eve")
        relay.screen(1, picture("<1>"))
        relay.input(ByteBuffer(string: "rm -rf /"), from: watcher)
        relay.resize(columns: 10, rows: 10, from: watcher)
        relay.watchers.acknowledge(.max, from: watcher)
        #expect(worker.input == "" && worker.sizes.isEmpty && watcher.heard.refusal == nil)
        #expect(!relay.detach(watcher))
    }

    @Test func `a watcher sees the operator's window change, and the end`() {
        let watcher = RecordingClient()
        relay.watch(watcher, name: "eve")
        relay.resize(columns: 132, rows: 43, from: operatorClient)
        #expect(watcher.heard.controls.last == .resize(columns: 132, rows: 43))
        relay.finish(SessionEnd(reason: "done"))
        #expect(watcher.heard.end?.reason == "done")
        let late = RecordingClient()
        relay.watch(late, name: "sam")
        #expect(late.heard.end?.reason == "done")
    }

    @Test func `who comes back with a picture goes on behind it, by the session's count`() {
        show("0123456789")
        let back = RecordingClient()
        relay.attachWithPicture(back)
        #expect(operatorClient.heard.refusal == .replaced)
        show("abc")
        #expect(back.heard.output == "")
        relay.screen(1, picture("<picture>"))
        #expect(back.heard.controls.contains(.screen(bytes: 13, columns: 90, rows: 20)))
        show("def")
        #expect(back.heard.output == "<picture>def")
        relay.acknowledge(16, from: back)
        #expect(back.heard.refusal == nil)
        let again = RecordingClient()
        relay.attach(again, after: 16)
        #expect(again.heard.refusal == nil)
    }

    @Test func `a session that stood still because nobody took its output goes on for the picture`() {
        for _ in 0..<20 { relay.output(ByteBuffer(repeating: 0, count: 64 << 10)) }
        #expect(worker.isPaused)
        relay.attachWithPicture(RecordingClient())
        #expect(!worker.isPaused)
        for _ in 0..<40 { relay.output(ByteBuffer(repeating: 0, count: 64 << 10)) }
        #expect(!worker.isPaused, "what the picture will show need not be kept")
    }

    @Test func `a worker that draws no picture leaves the output as it comes`() {
        let back = RecordingClient()
        show("old")
        relay.attachWithPicture(back)
        show("new")
        loop.advanceTime(by: .seconds(4))
        show("er")
        #expect(
            back.heard.output == "newer" && back.heard.controls.contains(.screen(bytes: 3, columns: nil, rows: nil))
        )
        let last = RecordingClient()
        relay.attachWithPicture(last)
        show("bye")
        relay.finish(SessionEnd(reason: "done"))
        #expect(last.heard.output == "bye" && last.heard.end?.reason == "done")
    }
}
