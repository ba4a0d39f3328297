import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    /// Each with a server of its own, which it harms.
    @Suite struct `A server that fails` {
        @Test func `because it is sealed says so, and serves when it is unsealed`() throws {
            let server = try BaoServer()
            let backend = try server.backend(["poll-interval": "1"])
            try backend.put("a", "x")
            try server.seal()
            let refused = refusal { try backend.get("a") }
            #expect(refused?.status == .sealed)
            #expect(refused?.sentence.contains("bao operator unseal") == true)
            #expect(refusal { try backend.put("a", "y") }?.status == .sealed)
            #expect(refusal { try backend.list() }?.status == .sealed)
            let status = try backend.status()
            #expect(status[0] == "sealed")
            #expect(status[1].contains("unseal"))
            try server.unseal()
            #expect(try backend.get("a") == "x")
            #expect(try backend.status() == ["open", ""])
        }

        @Test func `because it is sealed at the start is waited for`() throws {
            let server = try BaoServer()
            try server.seal()
            let backend = try server.backend()
            #expect(refusal { try backend.get("a") }?.status == .sealed)
            #expect(try backend.status()[0] == "sealed")
            try server.unseal()
            #expect(backend.host.wait { $0.lines.contains { $0.hasPrefix("Logged in") } })
            #expect(refusal { try backend.get("a") }?.status == .notFound)
        }

        @Test func `because it was killed is found again`() throws {
            let server = try BaoServer()
            let backend = try server.backend(["timeout": "2", "poll-interval": "1"])
            try backend.put("a", "x")
            server.end()
            let refused = refusal { try backend.get("a") }
            #expect(refused?.status == .unavailable)
            #expect(refused?.sentence.contains("cannot be reached") == true, "\(refused as Any)")
            #expect(try backend.status()[0] == "unavailable")
            try server.start()
            try server.unseal()
            var value: String?
            for _ in 0..<100 where value == nil {
                value = try? backend.get("a")
                usleep(50_000)
            }
            #expect(value == "x")
        }

        @Test func `while many ask answers each of them`() throws {
            let server = try BaoServer()
            let backend = try server.backend(["timeout": "2"])
            try backend.put("a", "x")
            let requests = (0..<200).map { _ in backend.begin("get", [Array("a".utf8)]) }
            server.end()
            var outcomes: [Status: Int] = [:]
            for request in requests {
                do {
                    _ = try backend.answer(to: request)
                    outcomes[.ok, default: 0] += 1
                } catch let refused as RunningBackend.Refusal {
                    outcomes[refused.status, default: 0] += 1
                }
            }
            #expect(outcomes[.unavailable, default: 0] > 0)
            #expect(outcomes[.ok, default: 0] + outcomes[.unavailable, default: 0] == 200, "\(outcomes)")
        }

        @Test func `at the start is waited for`() throws {
            let port = try Loopback.freePort()
            let backend = try RunningBackend(
                parameters: ["address": "http://127.0.0.1:\(port)", "timeout": "1"],
                credentials: "s.x",
                port: port
            )
            #expect(refusal { try backend.get("a") }?.status == .unavailable)
            let state = try backend.status()
            #expect(state[0] == "unavailable")
            #expect(state[1].contains("cannot be reached"))
            #expect(backend.close() == .cancelled)
        }
    }
}
