import Glibc
import Testing
import WorkerProtocol

/// One session with a worker, as the broker sees it.
@Suite struct WorkerTests {
    private func started(_ plugin: String, _ start: StartSession = StartSession()) throws -> WorkerProcess {
        let worker = try WorkerProcess(plugin)
        guard case .confined = try worker.next() else { throw WorkerProcess.Failure(step: "confined", number: 0) }
        worker.send(.start(start))
        return worker
    }

    @Test func `keystrokes reach the target and its bytes reach the screen`() throws {
        let worker = try started("Echo", StartSession(parameters: ["greeting": "hello"]))
        #expect(try worker.next() == .ready)
        #expect(try worker.next() == .output(Array("hello\r\n".utf8)))
        worker.send(.input(Array("ls".utf8)))
        #expect(WorkerProcess.read(worker.transport) == Array("ls".utf8))
        send(worker.transport, "out", 3, 0)
        // The account of the input rides along.
        #expect(try worker.next() == .consumed(2))
        #expect(try worker.next() == .output(Array("out".utf8)))
        worker.send(.close)
        #expect(try worker.rest() == [.ended(status: -2)])
    }

    @Test func `the end of the target is the end of the session`() throws {
        let worker = try started("Echo")
        shutdown(worker.transport, Int32(SHUT_WR))
        #expect(try worker.rest() == [.ready, .exited(status: 0, signal: nil), .ended(status: -1)])
    }

    @Test func `a closed message socket ends the session`() throws {
        let worker = try started("Echo")
        #expect(try worker.next() == .ready)
        shutdown(worker.messages, Int32(SHUT_WR))
        #expect(try worker.rest() == [.ended(status: -2)])
    }

    @Test func `a session closed before its start ends as cancelled`() throws {
        let worker = try WorkerProcess("Echo")
        worker.send(.close)
        let rest = try worker.rest()
        #expect(rest.last == .ended(status: -2))
    }

    @Test func `what a plugin prints goes to the log and not into the session`() throws {
        let worker = try started("Probe")
        let text = try worker.rest().reduce(into: [UInt8]()) { text, message in
            if case .output(let bytes) = message { text += bytes }
        }
        #expect(!String(decoding: text, as: UTF8.self).contains("printed"))
        #expect(WorkerProcess.read(worker.log).map { String(decoding: $0, as: UTF8.self) }?.contains("printed") == true)
    }

    @Test func `a missing secret is a sentence`() throws {
        let worker = try started("Kept10")
        #expect(try worker.rest() == [.explain("the Kept plugin needs the secret word"), .ended(status: -9)])
    }

    @Test func `a parameter of the wrong type is a sentence`() throws {
        let worker = try started("Kept10", StartSession(parameters: ["times": "x"], secrets: ["word": [1]]))
        #expect(
            try worker.rest() == [.explain("the parameter times must be a whole number"), .ended(status: -9)]
        )
    }

    @Test func `a plugin built against the first headers still runs`() throws {
        let worker = try started("Kept10", StartSession(secrets: ["word": Array("hush".utf8)]))
        #expect(try worker.next() == .ready)
        #expect(try worker.next() == .output(Array("hush".utf8)))
        worker.send(.input([120]))
        #expect(try worker.next() == .output([120]))
        worker.send(.close)
        #expect(try worker.rest() == [.consumed(1), .ended(status: -2)])
    }

    @Test func `a crash is the end of the process and of nothing else`() throws {
        let worker = try started("Crash")
        #expect(try worker.next() == .ready)
        worker.send(.input([1]))
        #expect(try worker.rest() == [])
        var status: Int32 = 0
        waitpid(worker.pid, &status, 0)
        #expect(status & 0x7F == SIGSEGV)
    }

    @Test func `a client that stops reading stops the plugin, and CLOSE still reaches it`() throws {
        let worker = try started("Flood")
        var (before, after) = (0, try memory(of: worker.pid))
        for _ in 0..<50 where after != before {
            usleep(300_000)
            (before, after) = (after, try memory(of: worker.pid))
        }
        #expect(after == before)
        worker.send(.close)
        #expect(try worker.rest().last == .ended(status: -2))
    }

    @Test func `input that nobody takes waits, and CLOSE overtakes it`() throws {
        let worker = try started("Echo")
        #expect(try worker.next() == .ready)
        // Half of it fits into the transport, whose other end is never read.
        for _ in 0..<16 { worker.send(.input([UInt8](repeating: 1, count: 65536))) }
        usleep(100_000)
        worker.send(.close)
        #expect(try worker.rest().last == .ended(status: -2))
    }

    @Test func `a plugin that hangs ends by SIGTERM`() throws {
        let worker = try started("Hang")
        #expect(try worker.next() == .ready)
        worker.send(.close)
        kill(worker.pid, SIGTERM)
        #expect(try worker.rest() == [])
    }

    private func memory(of pid: pid_t) throws -> Int {
        let file = try #require(fopen("/proc/\(pid)/statm", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        fgets(&line, 256, file)
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return try #require(Int(text.split(separator: " ")[1]))
    }
}
