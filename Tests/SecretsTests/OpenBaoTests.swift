import BackendSuite
import Foundation
import Testing
import Trust

@testable import Broker

/// The OpenBao plugin where it really runs: without files or sockets of its own, connected by the server.
@Suite(
    .serialized,
    .enabled(if: OpenBaoServer.program != nil, "OpenBao is not installed: scripts/install-openbao")
)
struct OpenBaoTests {
    private func key(_ text: String) throws -> SecretKey { try #require(SecretKey(text)) }

    private func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    private func code(_ body: () async throws -> some Any) async -> SecretsError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? SecretsError)?.code
        }
    }

    @Test func `in its worker OpenBao does what every backend does`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server)
        #expect(await lab.isOpen())
        for rule in BackendRule.all {
            await #expect(throws: Never.self, "\(rule)") { try await rule.check(lab) }
        }
        #expect(try await lab.vault.list(prefix: "") == [])
        await lab.end()
    }

    @Test func `it keeps secrets on the server, over TLS`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server)
        #expect(await lab.isOpen())
        try await lab.vault.put(try key("web/auth/dan"), Secret("hunter2\n"))
        #expect(text(try await lab.vault.get(try key("web/auth/dan"))) == "hunter2\n")
        let large = Secret([UInt8](repeating: 9, count: 1 << 20))
        try await lab.vault.put(try key("large"), large)
        #expect(try await lab.vault.get(try key("large")).matches(large))
        #expect(try await lab.vault.list(prefix: "") == [try key("large"), try key("web/auth/dan")])
        #expect(try await lab.vault.verify() == [])
        let results = await lab.vault.get(Array(repeating: try key("web/auth/dan"), count: 300))
        #expect(results.allSatisfy { (try? $0.get()).map(text) == "hunter2\n" })
        try await lab.vault.delete(try key("large"))
        #expect(await code { try await lab.vault.get(try key("large")) } == .notFound)
        #expect(await code { try await lab.vault.reseal() } == .invalid)
        await lab.end()
    }

    @Test func `what others change there is told`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server)
        #expect(await lab.isOpen())
        try await lab.vault.put(try key("a"), Secret("x"))
        try await Task.sleep(for: .seconds(2))
        let before = await lab.vault.status().epoch
        #expect(try server.run("kv", "put", "-mount=secret", "vigo/a", "value=by hand"))
        var epochs = lab.vault.epochs.makeAsyncIterator()
        let told = try #require(await epochs.next())
        #expect(told > before)
        #expect(text(try await lab.vault.get(try key("a"))) == "by hand")
        await lab.end()
    }

    @Test func `a sealed server is sealed, and comes back`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server)
        #expect(await lab.isOpen())
        #expect(try server.run("operator", "seal"))
        #expect(await code { try await lab.vault.get(try key("a")) } == .sealed)
        let status = await lab.vault.status()
        #expect(status.state == .sealed)
        #expect(status.explanation?.contains("bao operator unseal") == true)
        await lab.end()
    }

    @Test func `a server that another CA signed for is not talked to`() async throws {
        let (server, other) = (try await OpenBaoServer(), try await OpenBaoServer())
        let lab = try await OpenBaoLab(server, parameters: ["ca": other.authority])
        #expect(await lab.says("compare the parameters"))
        #expect(await code { try await lab.vault.get(try key("a")) } == .unavailable)
        await lab.end()
    }

    @Test func `credentials that are refused are said, and read anew by the next worker`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server, credentials: "wrong")
        #expect(await lab.says("put a token that is valid"))
        #expect(await code { try await lab.vault.get(try key("a")) } == .denied)
        try lab.write(credentials: OpenBaoServer.rootToken)
        try await lab.vault.restart()
        #expect(await lab.isOpen())
        await lab.end()
    }

    @Test func `values do not stay in the worker's memory when they have been served`() async throws {
        let server = try await OpenBaoServer()
        let lab = try await OpenBaoLab(server)
        #expect(await lab.isOpen())
        // Not as it stands in this file, which is in memory too.
        let marker = Array("lautir".utf8) + Array("-\(UInt64.random(in: 0...UInt64.max))".utf8)
        try await lab.vault.put(try key("a"), Secret(marker))
        #expect(try await lab.vault.get(try key("a")).matches(Secret(marker)))
        // Later requests go through the same buffers.
        for _ in 0..<3 { _ = await lab.vault.status() }
        // What is there is found: this stands among the parameters.
        #expect(try await lab.vault.count(inMemory: Array(server.authority.utf8.suffix(120))) > 0)
        #expect(try await lab.vault.count(inMemory: marker) == 0)
        #expect(try await lab.vault.count(inMemory: Array(Data(marker).base64EncodedString().utf8)) == 0)
        await lab.end()
    }
}
