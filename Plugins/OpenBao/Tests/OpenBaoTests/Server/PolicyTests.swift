import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    @Suite struct `A policy` {
        let server: BaoServer
        let name = "p\(UUID().uuidString.prefix(8).lowercased())"

        init() throws { server = try SharedBao.server() }

        @Test func `that lets us read only, lets us read`() throws {
            try server.administrator.write("\(name)/a", #"{"value":"x"}"#)
            let backend = try backend(#"path "secret/data/vigo/*" { capabilities = ["read"] }"#)
            #expect(try backend.get("\(name)/a") == "x")
            let refused = refusal { try backend.put("\(name)/a", "y") }
            #expect(refused?.status == .denied)
            #expect(refused?.sentence.contains("“update”") == true)
            #expect(refused?.sentence.contains("secret/data/vigo/\(name)/a") == true)
            #expect(refusal { try backend.delete("\(name)/a") }?.status == .denied)
            #expect(refusal { try backend.list() }?.status == .denied)
            #expect(backend.log.components(separatedBy: "Logged in").count == 2, "\(backend.log)")
        }

        @Test func `without scanning has us list folder by folder`() throws {
            let backend = try backend(
                """
                path "secret/data/vigo/*"     { capabilities = ["create", "read", "update"] }
                path "secret/metadata/vigo/*" { capabilities = ["read", "list", "delete"] }
                """
            )
            for key in ["a/b/c", "a/b", "a", "z"] { try backend.put("\(name)/\(key)", key) }
            #expect(try backend.list("\(name)/") == ["a", "a/b", "a/b/c", "z"].map { "\(name)/\($0)" })
            #expect(try backend.list("\(name)/none/") == [])
            try backend.delete("\(name)/a/b")
            #expect(try backend.list("\(name)/a") == ["a", "a/b/c"].map { "\(name)/\($0)" })
        }

        @Test func `without scanning shows what others add and remove`() throws {
            let rules = #"path "secret/metadata/vigo/\#(name)/*" { capabilities = ["list"] }"#
            let backend = try backend(rules, ["poll-interval": "1", "prefix": "vigo/\(name)"])
            _ = try backend.status()
            #expect(!backend.host.wait(2) { !$0.epochs.isEmpty })
            try server.administrator.write("\(name)/a", #"{"value":"x"}"#)
            #expect(backend.host.wait { $0.epochs.count == 1 })
        }

        @Test func `that says nothing of us denies everything`() throws {
            let backend = try backend(#"path "secret/data/elsewhere/*" { capabilities = ["read"] }"#)
            #expect(refusal { try backend.get("a") }?.status == .denied)
            #expect(refusal { try backend.verify() }?.status == .denied)
            #expect(try backend.status()[0] == "open")
        }

        @Test func `on a store of version 1 does not help`() throws {
            _ = try? server.administrator.send(.post, "sys/mounts/old", #"{"type":"kv","options":{"version":"1"}}"#)
            let backend = try server.backend(["mount": "old"])
            let refused = refusal { try backend.put("a", "x") }
            #expect(refused?.status == .unsupported)
            #expect(refused?.sentence.contains("version 2") == true)
            #expect(backend.end() == .unsupported)
        }

        @Test func `on another mount and under no prefix is as good`() throws {
            _ = try? server.administrator.send(.post, "sys/mounts/team/kv", #"{"type":"kv","options":{"version":"2"}}"#)
            let backend = try server.backend(["mount": "team/kv", "prefix": "/"])
            var last: RunningBackend.Refusal?
            for _ in 0..<50 {
                last = refusal { try backend.put("\(name)/a", "x") }
                if last == nil { break }
                usleep(100_000)
            }
            #expect(last == nil)
            #expect(try backend.get("\(name)/a") == "x")
            #expect(try backend.list(name) == ["\(name)/a"])
        }

        private func backend(_ rules: String, _ parameters: [String: String] = [:]) throws -> RunningBackend {
            try server.administrator.allow(name, rules)
            let token = try server.administrator.makeToken("{\"policies\":[\"\(name)\"],\"ttl\":\"1h\"}")
            return try server.backend(parameters, credentials: token)
        }
    }
}
