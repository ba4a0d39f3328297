import Foundation
import NIOCore
import Synchronization
import Testing
import WorkerProtocol

@testable import Broker

/// What a worker says last is heard, though it goes with bytes unread in its socket: to the other end, the kernel then
/// shows a connection that was reset, with what was said before still in it.
@Suite(.serialized) struct LastWordsTests {
    private static let repetitions = 100
    private static let last = String(repeating: "the end is near\r\n", count: 4000)
    private static let words: [WorkerMessage] = [
        .output(Array(last.utf8.prefix(60_000))), .explain("it was time"), .exited(status: 3, signal: nil),
        .ended(status: -10),
    ]

    /// In scrier-worker's place: a script that says everything and goes, without ever reading.
    private static func withMuteWorker(_ uid: UInt32, _ body: (Lab) async throws -> Void) async throws {
        let path = "/tmp/scrier-last-words-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        for (ending, words) in [
            ("first", [.confined(ConfinementReport())]), ("second", [.ready]), ("last", Self.words),
        ] {
            try Data(words.flatMap(\.frame.encoded)).write(to: URL(filePath: "\(path).\(ending)"))
            chmod("\(path).\(ending)", 0o644)
        }
        let script = """
            #!/bin/sh
            cat '\(path).first' >&0; sleep 0.05; cat '\(path).second' >&0; sleep 0.05; cat '\(path).last' >&0
            """
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o755)
        defer { for file in [path, "\(path).first", "\(path).second", "\(path).last"] { unlink(file) } }
        let lab = try await Lab(firstUID: uid, workerPath: path)
        try await body(lab)
        lab.launcher.stop()
    }

    private static func expectAll(_ ending: WorkerEnding, _ heard: Heard, _ remark: Comment) {
        #expect(ending.status == -10 && ending.exitStatus == 3 && ending.explanation == "it was time", remark)
        #expect(heard.bytes == 60_000, remark)
    }

    @Test func `of a worker that never read what it was told`() async throws {
        try await Self.withMuteWorker(967_000) { lab in
            for repetition in 0..<Self.repetitions {
                let (worker, heard) = try await lab.start("echo")
                worker.sendInput(ByteBuffer(string: "unread"))
                Self.expectAll(try await worker.ended.get(), heard, "\(repetition)")
            }
        }
    }

    @Test func `of a worker that is told more after it has gone`() async throws {
        try await Self.withMuteWorker(967_010) { lab in
            for repetition in 0..<Self.repetitions {
                let (worker, heard) = try await lab.start("echo")
                try await Self.typeAfterTheEnd(of: worker)
                Self.expectAll(try await worker.ended.get(), heard, "\(repetition)")
            }
        }
    }

    @Test func `of a worker that was gone before anybody listened`() async throws {
        try await Self.withMuteWorker(967_030) { lab in
            let plugin = try #require(await lab.catalog.plugin("echo"))
            let launched = try await lab.broker.launch(plugin, session: "test")
            // A second one comes and goes through the same launcher: by then it has told how the first one ended.
            while access("/proc/\(launched.pid)", F_OK) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            let (next, _) = try await lab.start("echo")
            _ = try await next.ended.get()
            let heard = Heard()
            let handlers = WorkerHandlers(onOutput: { heard.add($0) }, onMessage: { heard.add($0) })
            let worker = try await launched.attach(on: Lab.loop, handlers: handlers)
            #expect(try await worker.confined().isComplete)
            Self.expectAll(try await worker.ended.get(), heard, "attached late")
        }
    }

    /// Its reader asks for a pause while it hears something, as the server does when an operator's terminal is slow.
    @Test func `of a worker whose reader had enough, and which is told more after it has gone`() async throws {
        try await Self.withMuteWorker(967_020) { lab in
            let plugin = try #require(await lab.catalog.plugin("echo"))
            for repetition in 0..<Self.repetitions {
                let heard = Heard()
                let slow = Mutex<Worker?>(nil)
                let handlers = WorkerHandlers(onOutput: { heard.add($0) }) { message in
                    heard.add(message)
                    if message == .ready { slow.withLock { $0 }?.pauseOutput() }
                }
                let worker = try await lab.broker.start(plugin, session: "test", on: Lab.loop, handlers: handlers)
                slow.withLock { $0 = worker }
                #expect(await heard.wait { $0.messages.contains(.ready) })
                try await Self.typeAfterTheEnd(of: worker)
                Self.expectAll(try await worker.ended.get(), heard, "\(repetition)")
                slow.withLock { $0 = nil }
            }
        }
    }

    /// The loop is busy elsewhere while the worker goes, and what was typed meanwhile is the first thing that it sees to.
    private static func typeAfterTheEnd(of worker: Worker) async throws {
        try await worker.loop.submit {
            while access("/proc/\(worker.pid)", F_OK) == 0 { usleep(1000) }
            worker.sendInput(ByteBuffer(string: "x"))
        }.get()
    }
}
