import Foundation
import Logging
import NIOCore
import Testing
import Trust
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

@Suite struct SessionTests {
    private let records = FakeRecords()
    private let workers = FakeWorkers()

    private func parts(
        _ tunnels: FakeTunnels,
        _ workers: FakeWorkers? = nil,
        _ timeouts: SessionTimeouts = SessionTimeouts()
    ) -> SessionParts {
        SessionParts(
            tunnels: tunnels,
            workers: workers ?? self.workers,
            records: records,
            logins: LoginLimiter(),
            timeouts: timeouts,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func plan(needs: [String] = []) -> SessionPlan {
        SessionPlan(
            id: UUID(),
            envoy: UUID(),
            hostname: "web3",
            plugin: PluginDescriptor(id: "echo", label: "Echo", roles: [.terminal], needs: needs),
            port: 22,
            actor: "dan",
            clientAddress: "127.0.0.1",
            operatorKey: EphemeralKey.generate().publicKey,
            parameters: ["term": "xterm"],
            columns: 80,
            rows: 24,
            askedAt: Date()
        )
    }

    /// A session whose worker waits for what the test makes it say.
    private func begun(
        _ tunnels: FakeTunnels,
        needs: [String] = [],
        _ change: (inout SessionTimeouts) -> Void = { _ in }
    ) async throws -> (SessionRegistry, Session, FakeWorker) {
        var timeouts = SessionTimeouts()
        change(&timeouts)
        let registry = SessionRegistry(parts: parts(tunnels, nil, timeouts), maxSessions: 10)
        let session = try await registry.open(plan(needs: needs))
        try #require(await eventually { workers.worker?.told.started != nil })
        return (registry, session, workers.worker!)
    }

    private func ending(_ session: Session) async -> SessionEnding? {
        await session.finished()
        return session.lifecycle.ending
    }

    @Test func `a session becomes ready, shows what it has to show and ends with the remote status`() async throws {
        let target = try await Target()
        let tunnels = FakeTunnels(.reach(target.address))
        let (_, session, worker) = try await begun(tunnels)
        let client = RecordingClient()
        session.attach(client, after: nil)
        worker.say(.ready)
        worker.show("prompt$ ")
        #expect(await eventually { client.heard.output == "prompt$ " && tunnels.ready == 1 })
        session.received(input: ByteBuffer(string: "exit\n"), from: client)
        #expect(await eventually { worker.told.input == "exit\n" })
        worker.finish(WorkerEnding(status: -1, exitStatus: 3))
        #expect(await ending(session) == .targetEnded(status: 3, signal: nil))
        #expect(client.heard.end?.exitStatus == 3 && tunnels.ended == 1 && worker.told.isClosed)
        #expect(records.written.states == [.connecting, .ready])
        let result = try #require(records.written.results.first)
        #expect(records.written.results.count == 1 && result.state == .closed)
        #expect(result.bytesIn == 5 && result.bytesOut == 8)
        #expect(client.heard.controls.contains(.state(.ready)))
    }

    @Test func `needs reach the agent, provisions and the private key reach the plugin`() async throws {
        let target = try await Target()
        var provision = Vigo_Agent_V1_Provision()
        provision.name = "ssh-ephemeral-key/1"
        provision.parameters = ["username": "dan", "term": "agent's"]
        let tunnels = FakeTunnels(.reach(target.address), provisions: [provision])
        let (_, session, worker) = try await begun(tunnels, needs: ["ssh-ephemeral-key/1", "ssh-host-keys/1"])
        #expect(tunnels.asked.map(\.name) == ["ssh-ephemeral-key/1", "ssh-host-keys/1"])
        let asked = tunnels.asked[0].parameters
        #expect(asked["operator-key"] == session.plan.operatorKey?.openSSH && asked["expires"] == "120")
        #expect(asked["ephemeral-key"]?.hasPrefix("ssh-ed25519 ") == true && tunnels.asked[1].parameters.isEmpty)
        let start = try #require(worker.told.started)
        #expect(start.parameters == ["username": "dan", "term": "xterm"])
        let key = String(decoding: start.secrets["private-key"] ?? [], as: UTF8.self)
        #expect(key.hasPrefix("-----BEGIN OPENSSH PRIVATE KEY-----"))
        session.end(.serverStopping)
        _ = await ending(session)
    }

    @Test(arguments: [
        TunnelError(.timeout, "agent did not open TunnelStream within 90s"),
        TunnelError(.keyNotAuthorized, "SSH pubkey not authorized on this envoy"),
    ])
    func `a tunnel that does not open fails the session with its sentence`(error: TunnelError) async throws {
        let registry = SessionRegistry(parts: parts(FakeTunnels(.fail(error))), maxSessions: 1)
        let session = try await registry.open(plan())
        let client = RecordingClient()
        session.attach(client, after: nil)
        #expect(await ending(session) == .setUpFailed(error.message))
        #expect(client.heard.end?.reason == error.message && session.lifecycle.state == .failed)
        #expect(await eventually { workers.discarded == 1 })
        #expect(registry.count == 0)
    }

    @Test func `who attaches after the failure hears of it all the same`() async throws {
        let error = TunnelError(.notConnected, "the envoy is unreachable")
        let registry = SessionRegistry(parts: parts(FakeTunnels(.fail(error))), maxSessions: 1)
        let session = try await registry.open(plan())
        await session.finished()
        let client = RecordingClient()
        try #require(registry.session(session.id)).attach(client, after: nil)
        #expect(client.heard.end?.reason == "the envoy is unreachable")
    }

    @Test func `a worker that cannot be started fails the session`() async throws {
        let target = try await Target()
        let workers = FakeWorkers(launchFailure: .noPlugin("echo"))
        let registry = SessionRegistry(parts: parts(FakeTunnels(.reach(target.address)), workers), maxSessions: 1)
        let session = try await registry.open(plan())
        #expect(await ending(session) == .setUpFailed("there is no plugin for the protocol echo"))
    }

    @Test func `a plugin that crashes ends its session with a sentence`() async throws {
        let target = try await Target()
        let (_, session, worker) = try await begun(FakeTunnels(.reach(target.address)))
        worker.say(.ready)
        worker.finish(WorkerEnding(explanation: "The Echo plugin crashed (SIGSEGV)"))
        #expect(await ending(session) == .protocolFailed("The Echo plugin crashed (SIGSEGV)"))
        #expect(session.lifecycle.state == .failed)
    }

    @Test func `a login that does not finish ends in time`() async throws {
        let target = try await Target()
        let (_, session, worker) = try await begun(FakeTunnels(.reach(target.address))) {
            $0.login = .milliseconds(300)
        }
        let ending = try #require(await ending(session))
        #expect(ending.reason.hasPrefix("the login did not finish within") && worker.told.isClosed)
    }

    @Test func `a tunnel that drops ends the session, with the plugin or without`() async throws {
        let target = try await Target()
        let tunnels = FakeTunnels(.reach(target.address))
        let (_, session, worker) = try await begun(tunnels) { $0.afterTunnel = .milliseconds(100) }
        worker.say(.ready)
        #expect(await eventually { session.lifecycle.state == .ready })
        try await tunnels.channel?.close().get()
        #expect(await ending(session) == .tunnelLost)
    }

    @Test func `a plugin that still says how it ended behind a closed tunnel is heard`() async throws {
        let target = try await Target()
        let tunnels = FakeTunnels(.reach(target.address))
        let (_, session, worker) = try await begun(tunnels)
        worker.say(.ready)
        #expect(await eventually { session.lifecycle.state == .ready })
        try await tunnels.channel?.close().get()
        worker.finish(WorkerEnding(status: -1, exitStatus: 0))
        #expect(await ending(session) == .targetEnded(status: 0, signal: nil))
    }

    @Test func `an administrator ends a session in any state, once`() async throws {
        let registry = SessionRegistry(parts: parts(FakeTunnels(.hang)), maxSessions: 1)
        let session = try await registry.open(plan())
        #expect(await registry.terminate(session.id, by: "eve"))
        #expect(await ending(session) == .terminated(by: "eve") && session.lifecycle.state == .closed)
        #expect(await !registry.terminate(session.id, by: "eve"))
        #expect(records.written.results.count == 1)
    }

    @Test func `an operator who may open none any more loses those that are open, and nobody else does`() async throws {
        let registry = SessionRegistry(parts: parts(FakeTunnels(.hang)), maxSessions: 2)
        let session = try await registry.open(plan())
        registry.endAll(openedBy: "eve", by: "root")
        #expect(!session.lifecycle.state.isOver)
        registry.endAll(openedBy: "dan", by: "root")
        #expect(await ending(session) == .terminated(by: "root"))
    }

    @Test func `a client that says goodbye ends the session, one that vanishes does not`() async throws {
        let target = try await Target()
        let (_, session, worker) = try await begun(FakeTunnels(.reach(target.address)))
        worker.say(.ready)
        let (first, second) = (RecordingClient(), RecordingClient())
        session.attach(first, after: nil)
        session.ended(first, onPurpose: false)
        session.attach(second, after: 0)
        #expect(await eventually { second.heard.controls.contains(.ack(bytes: 0)) })
        #expect(!session.lifecycle.state.isOver)
        session.ended(second, onPurpose: true)
        #expect(await ending(session) == .operatorClosed)
    }

    @Test func `a session that nobody attaches to ends`() async throws {
        let target = try await Target()
        let (_, session, worker) = try await begun(FakeTunnels(.reach(target.address))) {
            $0.firstAttach = .milliseconds(300)
        }
        worker.say(.ready)
        #expect(await ending(session) == .nobodyAttached)
    }

    @Test func `sessions that wait count, and the next one is refused with the limit`() async throws {
        let registry = SessionRegistry(parts: parts(FakeTunnels(.hang)), maxSessions: 2)
        let first = try await registry.open(plan())
        _ = try await registry.open(plan())
        let refusal = await #expect(throws: SessionRefusal.self) { try await registry.open(plan()) }
        #expect(refusal?.code == .tooManySessions && refusal?.message.contains("scrier.max_sessions is 2") == true)
        first.end(.operatorClosed)
        await first.finished()
        _ = try await registry.open(plan())
        await registry.stop()
    }

    @Test func `a stop ends every session with the reason, and nothing begins afterwards`() async throws {
        let target = try await Target()
        let (registry, session, worker) = try await begun(FakeTunnels(.reach(target.address)))
        let client = RecordingClient()
        session.attach(client, after: nil)
        worker.say(.ready)
        #expect(await eventually { session.lifecycle.state == .ready })
        await registry.stop()
        #expect(session.lifecycle.ending == .serverStopping)
        #expect(client.heard.end?.reason == "the server is stopping" && records.written.results.count == 1)
        let refusal = await #expect(throws: SessionRefusal.self) { try await registry.open(plan()) }
        #expect(refusal?.code == .stopping)
    }

    @Test func `a session that cannot be recorded is not opened and holds no place`() async throws {
        let registry = SessionRegistry(parts: parts(FakeTunnels(.hang)), maxSessions: 1)
        records.isFull = true
        await #expect(throws: FakeRecords.Full.self) { try await registry.open(plan()) }
        #expect(registry.count == 0)
        records.isFull = false
        _ = try await registry.open(plan())
        await registry.stop()
    }

    @Test func `an ending that cannot be recorded is recorded when it can`() async throws {
        let target = try await Target()
        let (_, session, worker) = try await begun(FakeTunnels(.reach(target.address)))
        worker.say(.ready)
        #expect(await eventually { session.lifecycle.state == .ready })
        records.isFull = true
        worker.finish(WorkerEnding(status: -1, exitStatus: 0))
        #expect(await eventually { records.written.failures > 1 })
        #expect(records.written.results.isEmpty)
        records.isFull = false
        await session.finished()
        #expect(records.written.results.count == 1)
    }
}
