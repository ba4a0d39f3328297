import Foundation
import Store
import Testing
import Wire

@testable import Host

struct AgentUpdatesTests {
    private let registry = AgentRegistry()
    private let directory = FileManager.default.temporaryDirectory.appending(path: "agents-\(UUID().uuidString)")
    private let envoy = EnvoyRecord(
        id: UUID(),
        hostname: "web-01",
        os: "linux",
        arch: "amd64",
        identityKey: Data(count: 32),
        enrolledAt: Date(),
        status: .active
    )

    private func updates(_ now: @escaping @Sendable () -> Date = { Date() }) throws -> AgentUpdates {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, text) in [
            "vigo-linux-x86_64": "agent", "vigo-linux-x86_64.version": "0.2.0\n", "vigo-linux-x86_64.sig": "c2ln\n",
        ] {
            try Data(text.utf8).write(to: directory.appending(path: name))
        }
        return AgentUpdates(
            binaries: AgentBinaries(directory: directory.path, version: "0.1.0"),
            registry: registry,
            now: now
        )
    }

    private func connect() -> AgentStream {
        let stream = AgentStream(envoy: envoy.id)
        registry.register(stream)
        return stream
    }

    private func progress(_ state: Vigo_Agent_V1_UpdateProgress.State, _ reason: String = "")
        -> Vigo_Agent_V1_UpdateProgress
    {
        var progress = Vigo_Agent_V1_UpdateProgress()
        progress.state = state
        progress.version = "0.2.0"
        progress.reason = reason
        return progress
    }

    @Test func `an offer carries what stands beside the file, under the file's own version`() async throws {
        let updates = try updates()
        let stream = connect()
        let status = try await updates.offer(to: envoy)
        #expect(status.state == .offered)
        #expect(status.version == "0.2.0")
        var messages = stream.messages.makeAsyncIterator()
        let offer = try #require(await messages.next()?.update)
        #expect(offer.version == "0.2.0")
        #expect(offer.arch == "x86_64")
        #expect(offer.size == 5)
        #expect(offer.signature == "c2ln")
        #expect(updates.binary(for: envoy.id, sha256: offer.sha256)?.size == 5)
        #expect(updates.binary(for: envoy.id, sha256: String(repeating: "0", count: 64)) == nil)
        #expect(updates.binary(for: UUID(), sha256: offer.sha256) == nil)
    }

    @Test func `an envoy that is not connected, or of which no agent is here, is said so`() async throws {
        let updates = try updates()
        await #expect(throws: RouteRefusal.self) { try await updates.offer(to: envoy) }
        #expect(updates.status(of: envoy.id) == nil)
        _ = connect()
        var other = envoy
        other.arch = "riscv64"
        await #expect(throws: RouteRefusal.self) { try await updates.offer(to: other) }
    }

    @Test func `an update goes through its states, and is not offered twice meanwhile`() async throws {
        let updates = try updates()
        _ = connect()
        let offered = try await updates.offer(to: envoy)
        await #expect(throws: RouteRefusal.self) { try await updates.offer(to: envoy) }
        for (state, expected) in [
            (Vigo_Agent_V1_UpdateProgress.State.downloading, AgentUpdateStatus.State.downloading),
            (.installed, .installed), (.completed, .completed),
        ] {
            #expect(updates.noted(progress(state), by: envoy)?.state == expected)
        }
        #expect(updates.status(of: offered.envoyID)?.state == .completed)
        #expect(updates.status(of: offered.envoyID)?.reason == nil)
        _ = try await updates.offer(to: envoy)
    }

    @Test func `the end is recorded once, however often an envoy tells it`() async throws {
        let updates = try updates()
        _ = connect()
        _ = try await updates.offer(to: envoy)
        _ = updates.noted(progress(.refused, "no"), by: envoy)
        #expect(updates.takeOpenOffer(of: envoy.id))
        _ = updates.noted(progress(.refused, "no"), by: envoy)
        #expect(!updates.takeOpenOffer(of: envoy.id))
    }

    @Test func `an agent's words are made fit for a terminal`() throws {
        let status = try updates().noted(progress(.refused, "\u{1b}[2Jgone"), by: envoy)
        #expect(status?.reason == " [2Jgone")
        var nonsense = progress(.unspecified)
        nonsense.state = .UNRECOGNIZED(99)
        #expect(try updates().noted(nonsense, by: envoy) == nil)
    }

    @Test func `an offer that was never answered can be made again after ten minutes`() async throws {
        let start = Date()
        let clock = TestClock(start)
        let updates = try updates { clock.now }
        _ = connect()
        _ = try await updates.offer(to: envoy)
        clock.now = start.addingTimeInterval(601)
        _ = try await updates.offer(to: envoy)
    }

    private final class TestClock: @unchecked Sendable {
        var now: Date
        init(_ now: Date) { self.now = now }
    }
}
