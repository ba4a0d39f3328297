import NIOCore
import NIOPosix
import Testing
import WorkerProtocol

@testable import Broker

@Suite struct BrokerTests {
    @Test func `a session runs from keystroke to echo and ends when it is closed`() async throws {
        let lab = try await Lab(firstUID: 965_000)
        let (worker, heard) = try await lab.start("echo", begin: StartSession(parameters: ["greeting": "hello"]))
        #expect(await heard.wait { $0.text == "hello\r\n" })
        // Its transport is this channel's other end: what arrives is sent back.
        try await Lab.loop.submit {
            try worker.transport.pipeline.syncOperations.addHandler(Mirror())
            try worker.transport.syncOptions?.setOption(.autoRead, value: true)
            worker.transport.read()
        }.get()
        worker.sendInput(ByteBuffer(string: "abc"))
        #expect(await heard.wait { $0.text == "hello\r\nabc" })
        worker.close()
        let ending = try await worker.ended.get()
        #expect(ending.status == -2 && ending.explanation == nil && ending.process == .exited(0))
        lab.launcher.stop()
    }

    @Test func `a crash is said in one sentence, and other sessions go on`() async throws {
        let lab = try await Lab(firstUID: 965_010)
        let (other, otherHeard) = try await lab.start("echo")
        let (worker, heard) = try await lab.start("crash")
        #expect(await heard.wait { $0.messages.contains(.ready) })
        worker.sendInput(ByteBuffer(string: "x"))
        let ending = try await worker.ended.get()
        #expect(ending.explanation == "The Crash plugin crashed (SIGSEGV)")
        #expect(ending.status == nil)
        #expect(await otherHeard.wait { $0.messages.contains(.ready) })
        other.close()
        #expect(try await other.ended.get().status == -2)
        lab.launcher.stop()
    }

    @Test func `a plugin that ignores CLOSE is stopped`() async throws {
        var options = Broker.Options()
        options.terminateAfter = .milliseconds(200)
        options.killAfter = .milliseconds(500)
        let lab = try await Lab(firstUID: 965_020, options: options)
        let (worker, heard) = try await lab.start("hang")
        #expect(await heard.wait { $0.messages.contains(.ready) })
        worker.close()
        let ending = try await worker.ended.get()
        #expect(ending.explanation == "The Hang plugin did not end when it was asked to and was stopped")
        lab.launcher.stop()
    }

    @Test func `a flood stops while nobody reads, and closes all the same`() async throws {
        let lab = try await Lab(firstUID: 965_030)
        let (worker, heard) = try await lab.start("flood")
        #expect(await heard.wait { $0.bytes > 1 << 20 })
        worker.pauseOutput()
        // What is on its way still arrives.
        var paused = 0
        for _ in 0..<50 where heard.bytes != paused {
            paused = heard.bytes
            try await Task.sleep(for: .milliseconds(200))
        }
        let received = paused
        #expect(heard.bytes == received)
        worker.resumeOutput()
        #expect(await heard.wait { $0.bytes > received + 1 << 20 })
        worker.pauseOutput()
        worker.close()
        #expect(try await worker.ended.get().status == -2)
        lab.launcher.stop()
    }

    @Test func `when the launcher goes its workers end with a sentence`() async throws {
        let lab = try await Lab(firstUID: 965_040)
        let (worker, heard) = try await lab.start("echo")
        #expect(await heard.wait { $0.messages.contains(.ready) })
        lab.launcher.stop()
        let ending = try await worker.ended.get()
        #expect(ending.status == nil && ending.explanation != nil)
        await #expect(throws: LauncherError.gone) { try await lab.start("echo") }
    }

    @Test func `sessions beyond the pool are refused, and their uids come back`() async throws {
        let lab = try await Lab(firstUID: 965_050, count: 1)
        let (worker, _) = try await lab.start("echo")
        await #expect(throws: LauncherError.noUID) { try await lab.start("echo") }
        worker.close()
        _ = try await worker.ended.get()
        let (next, _) = try await lab.start("echo")
        next.close()
        _ = try await next.ended.get()
        lab.launcher.stop()
    }

    @Test func `a worker that is given up goes away`() async throws {
        let lab = try await Lab(firstUID: 965_060, count: 1)
        let plugin = try #require(await lab.catalog.plugin("echo"))
        let launched = try await lab.broker.launch(plugin, session: "test")
        launched.discard()
        var again: LaunchedWorker?
        for _ in 0..<200 where again == nil {
            again = try? await lab.broker.launch(plugin, session: "test")
            if again == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(again != nil)
        again?.discard()
        lab.launcher.stop()
    }
}

/// Sends back what it reads.
private final class Mirror: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
    }
}
