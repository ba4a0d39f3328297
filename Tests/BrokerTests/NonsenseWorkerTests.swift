import Foundation
import NIOCore
import Testing
import WorkerProtocol

@testable import Broker

/// Workers that somebody has taken over: what they say on their message socket ends their own session and nothing else.
@Suite struct NonsenseWorkerTests {
    /// In scrier-worker's place: a script whose descriptor 0 is the message socket.
    private func lab(_ uid: UInt32, _ script: String) async throws -> (Lab, path: String) {
        let path = "/tmp/scrier-nonsense-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o755)
        return (try await Lab(firstUID: uid, workerPath: path), path)
    }

    /// printf's octal escapes of bytes.
    private func say(_ bytes: [UInt8]) -> String {
        "printf '\(bytes.map { "\\" + String($0, radix: 8) }.joined())' >&0"
    }

    private static let confined = WorkerMessage.confined(ConfinementReport()).frame.encoded

    private static let nonsense: [(String, [UInt8], String)] = [
        ("four gigabytes", [0xff, 0xff, 0xff, 0xff, 2, 0x80, 0, 0], "a frame of 4294967295 bytes"),
        ("an unknown kind", [0, 0, 0, 0, 0xff, 0x7f, 0, 0], "unknown kind"),
        ("a broker's kind", BrokerMessage.close.frame.encoded, "unknown kind"),
        ("a reserved field", [0, 0, 0, 0, 2, 0x80, 1, 0], "reserved"),
        ("a READY with a body", [1, 0, 0, 0, 2, 0x80, 0, 0, 7], "bytes too many"),
        ("half an END", [2, 0, 0, 0, 7, 0x80, 0, 0, 1, 2], "ends too early"),
        ("text that is none", [6, 0, 0, 0, 5, 0x80, 0, 0, 2, 0, 0, 0, 0xc3, 0x28], "nonsense in an explanation"),
        ("TLS", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], "a frame of"),
    ]

    @Test(arguments: nonsense.indices)
    func `a worker that talks nonsense is stopped, and others go on`(index: Int) async throws {
        let (name, bytes, words) = Self.nonsense[index]
        let (lab, path) = try await lab(
            966_000 + UInt32(index) * 10,
            say(Self.confined) + "; \(say(bytes)); exec sleep 60"
        )
        defer { unlink(path) }
        let (worker, _) = try await lab.start("echo")
        let ending = try await worker.ended.get()
        let explanation = try #require(ending.explanation, "\(name)")
        #expect(
            explanation.hasPrefix("The Echo plugin's worker sent ") && explanation.contains(words),
            "\(explanation)"
        )
        #expect(ending.status == nil && ending.process == .signalled(SIGKILL), "\(name)")
        lab.launcher.stop()
    }

    @Test func `a worker that contradicts itself has its first word about confinement and its last about the end`()
        async throws
    {
        let words: [WorkerMessage] = [
            .confined(ConfinementReport()), .confined(ConfinementReport(refused: [.network: "later"])), .consumed(.max),
            .exited(status: 3, signal: nil), .exited(status: -1, signal: "\u{1b}[2JTERM"), .ended(status: -1),
            .ended(status: -10),
            .output(Array("late".utf8)), .ready,
        ]
        let (lab, path) = try await lab(966_200, say(words.flatMap(\.frame.encoded)))
        defer { unlink(path) }
        let (worker, heard) = try await lab.start("echo")
        #expect(try await worker.confined().isComplete)
        let ending = try await worker.ended.get()
        #expect(ending.status == -10 && ending.exitStatus == nil)
        #expect(heard.text == "late")
        lab.launcher.stop()
    }

    /// The last one hangs up and lives on: what cannot be asked any more is stopped.
    @Test(arguments: [("exit 7", "status 7"), ("kill -ABRT $$", "SIGABRT"), ("exec 0>&-; exec sleep 600", "SIGKILL")])
    func `a worker that goes before it is confined is told of in a sentence`(script: String, words: String) async throws
    {
        let (lab, path) = try await lab(966_210 + UInt32(script.utf8.count) * 10, script)
        defer { unlink(path) }
        let plugin = try #require(await lab.catalog.plugin("echo"))
        let handlers = WorkerHandlers(onOutput: { _ in }, onMessage: { _ in })
        let worker = try await lab.broker.start(plugin, session: "test", on: Lab.loop, handlers: handlers)
        await #expect(throws: BrokerError.self) { try await worker.confined() }
        let ending = try await worker.ended.get()
        #expect(ending.explanation?.contains(words) == true && ending.status == nil, "\(ending)")
        lab.launcher.stop()
    }

    @Test func `a worker that explains without end costs no more than one explanation`() async throws {
        let long = WorkerMessage.explain(String(repeating: "x", count: 60_000)).frame.encoded
        let file = "/tmp/scrier-long-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Data(long).write(to: URL(filePath: file))
        chmod(file, 0o644)
        defer { unlink(file) }
        let script = "\(say(Self.confined)); while :; do cat '\(file)' >&0 || exit 1; done"
        let (lab, path) = try await lab(966_800, script)
        defer { unlink(path) }
        let (worker, heard) = try await lab.start("echo")
        #expect(await heard.wait { $0.messages.count > 500 })
        #expect(heard.messages.count < 100_000)
        worker.close()
        _ = try await worker.ended.get()
        lab.launcher.stop()
    }
}
