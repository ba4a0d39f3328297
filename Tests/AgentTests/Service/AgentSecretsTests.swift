import Broker
import Foundation
import Synchronization
import Testing
import Trust

@testable import Agent

/// The whole agent against the server's real port, with a vault in memory behind it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AgentSecretsTests {
    private let key = SecretKey("app/db")!

    private func start(_ vault: MemoryVault) async throws -> TestServer {
        try await TestServer.start(ownerPorts: [], serverPorts: [], vault: vault, secrets: [key])
    }

    private func report(_ server: TestServer) throws -> SecretsReport {
        try #require(try SecretsReport(directories: server.directories))
    }

    @Test func `an agent holds what its policy speaks of, and gets it anew when it changes`() async throws {
        let vault = MemoryVault([key: "one"])
        let server = try await start(vault)
        try await server.withAgent {
            try await eventually("the secret is held") { (try? report(server).keys) == [key] }
            let before = try report(server).epoch
            vault.set(key, "two")
            await server.epoch?.grow(why: .set(key))
            try await eventually("the new one is held") {
                (try? report(server)).map { $0.epoch > before && $0.keys == [key] } ?? false
            }
            #expect(vault.readings == 2)
            let text = try report(server).text
            #expect(text.contains("Held: 1 secret, epoch ") && text.hasSuffix("\n  app/db\n") && !text.contains("two"))
        }
        let records = try await server.store.auditRecords(after: 0).filter { $0.action == "secret.epoch_resolved" }
        #expect(records.map { $0.details["references"] } == ["app/db", "app/db"])
        try? FileManager.default.removeItem(atPath: server.directories.state)
    }

    @Test func `what was held is there at a start without the server, unless somebody touched it`() async throws {
        let server = try await start(MemoryVault([key: "one"]))
        var copy = ""
        try await server.withAgent {
            try await eventually("the secret is held") { (try? report(server).keys) == [key] }
            // withAgent takes the configuration away when it is done.
            copy = server.directories.config + "-kept"
            try FileManager.default.copyItem(atPath: server.directories.config, toPath: copy)
        }
        let directories = AgentDirectories(config: copy, state: server.directories.state)
        defer {
            for path in [directories.config, directories.state] { try? FileManager.default.removeItem(atPath: path) }
        }
        let state = try EnvoyState(directories: directories, logger: AgentSecretsTests.quiet)
        #expect(await state.secrets.values[key]?.matches(Array("one".utf8)) == true)

        var bytes = try PrivateFile.read(directories.secrets)
        bytes[bytes.count / 2] ^= 1
        try PrivateFile.write(bytes, to: directories.secrets)
        let tampered = try EnvoyState(directories: directories, logger: AgentSecretsTests.quiet)
        #expect(await tampered.secrets.values.isEmpty)
        #expect(try SecretsReport(directories: directories)?.warning?.contains("altered") == true)
    }

    @Test func `a vault that is away keeps nobody from working, and is asked again`() async throws {
        let vault = MemoryVault([:])
        let server = try await start(vault)
        try await server.withAgent {
            try await eventually("the agent has asked") { vault.readings > 0 }
            #expect(server.registry.isConnected(server.envoy))
            #expect(try report(server).keys.isEmpty)
            vault.set(key, "one")
            try await eventually("the secret is held") { (try? report(server).keys) == [key] }
        }
        try? FileManager.default.removeItem(atPath: server.directories.state)
    }
}
