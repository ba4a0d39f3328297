import Broker
import Foundation
import Hummingbird
import Store
import Testing
import Trust
import VaultDouble
import Wire

@testable import Host

/// The vault's routes as root asks them, over the admin socket.
@Suite(.serialized) struct SecretsRoutesTests {
    private struct Answer {
        let status: Int
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var error: APIError? { try? WireJSON.decode(APIError.self, from: Data(body)) }
    }

    private func ask(
        _ server: VaultServer,
        _ request: String,
        body: [UInt8] = [],
        headers: String = ""
    ) async throws -> Answer {
        let socket = try RawSocket(path: server.socket)
        let length = body.isEmpty && request.hasPrefix("GET") ? "" : "Content-Length: \(body.count)\r\n"
        await socket.send("\(request) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(length)\(headers)\r\n")
        await socket.send(body)
        let head = await socket.readHead()
        var bytes: [UInt8] = []
        while let byte = await socket.read(1)?.first { bytes.append(byte) }
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(status: status ?? 0, body: bytes)
    }

    @Test func `what is stored is told to envoys, recorded by name, and comes back byte for byte`() async throws {
        let vault = MemoryVault()
        try await VaultServer.with(vault) { server in
            let value: [UInt8] = [0, 1, 10, 13, 255]
            #expect(try await ask(server, "PUT /api/v1/secrets/value?key=app/database", body: value).status == 204)
            #expect(try await ask(server, "POST /api/v1/secrets/reveal?key=app/database").body == value)
            #expect(try await ask(server, "DELETE /api/v1/secrets/value?key=app/database").status == 204)
            let key = try #require(SecretKey("app/database"))
            #expect(server.changes == [.set(key), .deleted(key)])
            #expect(
                try await server.audited() == [
                    "secret.set app/database", "secret_accessed app/database", "secret.deleted app/database",
                ]
            )
            let records = try await server.store.auditRecords(after: 0)
            #expect(records.allSatisfy { $0.details["address"] == "local" && !$0.actor.isEmpty })
        }
    }

    @Test func `names come sorted, and by their beginning`() async throws {
        try await VaultServer.with(MemoryVault(["b": "1", "a/x": "2", "a/b": "3"])) { server in
            let all = try await ask(server, "GET /api/v1/secrets")
            #expect(all.text == #"{"items":[{"key":"a/b"},{"key":"a/x"},{"key":"b"}]}"#)
            #expect(try await ask(server, "GET /api/v1/secrets?prefix=a%2F").text.contains(#""b""#) == false)
            #expect(try await server.audited().isEmpty)
        }
    }

    @Test(arguments: [
        "PUT /api/v1/secrets/value", "POST /api/v1/secrets/reveal", "DELETE /api/v1/secrets/value",
    ])
    func `keys that are none get nowhere`(request: String) async throws {
        let vault = MemoryVault()
        try await VaultServer.with(vault) { server in
            for key in [
                "", "..", "a/../b", "/etc/passwd", "%2e%2e/x", "a%00b", "a//b", "a%0ab",
                "\(String(repeating: "x", count: 201))",
            ] {
                let answer = try await ask(server, "\(request)?key=\(key)", body: [1])
                #expect(answer.status == 400 && answer.error?.code == "invalid_request", "\(key): \(answer.text)")
            }
            #expect(try await ask(server, request, body: [1]).status == 400)
            #expect(vault.calls.isEmpty)
            #expect(try await server.audited().isEmpty)
        }
    }

    @Test func `a value of more than a mebibyte is not taken`() async throws {
        let vault = MemoryVault()
        try await VaultServer.with(vault) { server in
            let most = [UInt8](repeating: 7, count: 1 << 20)
            #expect(try await ask(server, "PUT /api/v1/secrets/value?key=k", body: most).status == 204)
            let answer = try await ask(server, "PUT /api/v1/secrets/value?key=l", body: most + [7])
            #expect(answer.status == 413 && answer.error?.code == "too_large")
            #expect(vault["l"] == nil)
        }
    }

    @Test func `nothing is done that cannot be recorded`() async throws {
        let vault = MemoryVault(["app/database": "hunter2"])
        try await VaultServer.with(vault) { server in
            try server.refuseRecords()
            for request in [
                "POST /api/v1/secrets/reveal?key=app/database", "PUT /api/v1/secrets/value?key=app/database",
                "DELETE /api/v1/secrets/value?key=app/database", "POST /api/v1/secrets/reseal",
            ] {
                let answer = try await ask(server, request, body: [1])
                #expect(answer.status == 503 && answer.error?.code == "audit_failed", "\(answer.text)")
                #expect(!answer.text.contains("hunter2"))
            }
            let export = try await ask(
                server,
                "POST /api/v1/secrets/export",
                body: Array(#"{"keys":["app/database"]}"#.utf8)
            )
            #expect(export.status == 503 && !export.text.contains("hunter2"))
            #expect(vault["app/database"]?.matches(Secret("hunter2")) == true)
            #expect(!vault.calls.contains { $0.hasPrefix("put") || $0.hasPrefix("delete") || $0 == "reseal" })
            #expect(server.changes.isEmpty)
        }
    }

    @Test func `what fails is recorded as failed, and told to nobody`() async throws {
        let vault = MemoryVault()
        try await VaultServer.with(vault) { server in
            #expect(try await ask(server, "DELETE /api/v1/secrets/value?key=none").status == 404)
            let records = try await server.store.auditRecords(after: 0)
            #expect(records.map(\.action) == ["secret.deleted", "secret.deleted"])
            #expect(records.last?.details["failed"] == "not_found")
            #expect(server.changes.isEmpty)
        }
    }

    @Test(arguments: [
        (SecretsError.Code.notFound, 404), (.denied, 403), (.sealed, 503), (.unavailable, 503), (.corrupt, 500),
        (.tooLarge, 413), (.conflict, 409), (.invalid, 400),
    ])
    func `the vault's sentence is what is answered`(code: SecretsError.Code, status: Int) async throws {
        let vault = MemoryVault()
        vault.fail(SecretsError(code, "the vault says why"))
        try await VaultServer.with(vault) { server in
            for request in [
                "GET /api/v1/secrets", "PUT /api/v1/secrets/value?key=k", "DELETE /api/v1/secrets/value?key=k",
                "POST /api/v1/secrets/reveal?key=k", "POST /api/v1/secrets/verify", "POST /api/v1/secrets/reseal",
            ] {
                let answer = try await ask(server, request, body: request.hasPrefix("GET") ? [] : [1])
                #expect(answer.status == status, "\(request): \(answer.text)")
                #expect(answer.error?.code == code.rawValue && answer.error?.message == "the vault says why")
            }
            let state = try await ask(server, "GET /api/v1/secrets/status")
            #expect(state.status == 200 && state.text.contains(#""explanation":"the vault says why""#))
        }
    }

    @Test func `several are handed out at once, each on record, a megabyte or so together`() async throws {
        let vault = MemoryVault(["a": "1", "c": "3"])
        for number in 0..<4 { vault["large/\(number)"] = Secret([UInt8](repeating: 7, count: 600_000)) }
        try await VaultServer.with(vault) { server in
            let asked = #"{"keys":["a","b","c","large/0","large/1","large/2","large/3"]}"#
            let answer = try await ask(server, "POST /api/v1/secrets/export", body: Array(asked.utf8))
            var seen: [String] = []
            let isWhole = answer.body.withUnsafeBytes { bytes in
                SecretValues.read(bytes) { key, value in seen.append("\(key) \(value?.count ?? -1)") }
            }
            #expect(isWhole && seen == ["a 1", "b -1", "c 1", "large/0 600000", "large/1 600000"])
            let records = try await server.store.auditRecords(after: 0)
            #expect(records.map(\.subject) == ["a", "b", "c", "large/0", "large/1"])
            #expect(records.allSatisfy { $0.action == "secret_accessed" && $0.details["why"] == "export" })
            for nonsense in ["{}", #"{"keys":[]}"#, #"{"keys":["../x"]}"#, "x"] {
                #expect(try await ask(server, "POST /api/v1/secrets/export", body: Array(nonsense.utf8)).status == 400)
            }
        }
    }

    @Test func `a worker reads its keys anew before it seals anew, and before a fresh check`() async throws {
        let vault = MemoryVault()
        try await VaultServer.with(vault) { server in
            #expect(try await ask(server, "POST /api/v1/secrets/reseal").text == #"{"resealed":0}"#)
            _ = try await ask(server, "POST /api/v1/secrets/verify")
            _ = try await ask(server, "POST /api/v1/secrets/verify?fresh=1")
            #expect(vault.calls == ["restart", "reseal", "verify", "restart", "verify"])
        }
    }

    @Test func `a list of values is read as it was written, and nonsense is none`() {
        #expect([1, 0, 0, 0].withUnsafeBytes { SecretValues.read($0) { _, _ in } } == false)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 0...4, using: &random)
            }
            _ = bytes.withUnsafeBytes { SecretValues.read($0) { _, _ in } }
        }
    }
}
