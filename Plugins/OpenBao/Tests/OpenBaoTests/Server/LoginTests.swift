import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    @Suite struct `A login` {
        let server: BaoServer
        let administrator: Administrator
        let name = "u\(UUID().uuidString.prefix(8).lowercased())"

        init() throws {
            server = try SharedBao.server()
            administrator = server.administrator
        }

        @Test func `by token serves`() throws {
            let backend = try server.backend(credentials: try token(ttl: "1h") + "\n")
            try backend.put(name, "x")
            #expect(try backend.get(name) == "x")
        }

        @Test func `by AppRole serves`() throws {
            let backend = try appRole("\"token_ttl\":\"1h\"")
            try backend.put(name, "x")
            #expect(try backend.get(name) == "x")
            #expect(try backend.list(name) == [name])
            try backend.delete(name)
        }

        @Test func `by userpass serves, with any password`() throws {
            let backend = try userPass("\"token_ttl\":\"1h\"", password: "a \"b\" \\ é")
            try backend.put(name, "x")
            #expect(try backend.get(name) == "x")
        }

        @Test func `is kept alive far beyond its first end`() throws {
            let backend = try userPass("\"token_ttl\":\"2s\"")
            try backend.put(name, "x")
            #expect(!backend.host.wait(5) { _ in false })
            #expect(try backend.get(name) == "x")
            #expect(backend.log.components(separatedBy: "Logged in").count == 2, "\(backend.log)")
        }

        @Test func `is made anew before its last end`() throws {
            let backend = try appRole("\"token_ttl\":\"2s\",\"token_max_ttl\":\"4s\"")
            try backend.put(name, "x")
            #expect(backend.host.wait { $0.lines.filter { $0.hasPrefix("Logged in") }.count >= 3 })
            #expect(try backend.get(name) == "x")
            #expect(!backend.log.contains("not valid any more"), "\(backend.log)")
        }

        @Test func `with tokens that cannot be renewed is made anew`() throws {
            let backend = try appRole("\"token_ttl\":\"2s\",\"token_type\":\"batch\"")
            #expect(backend.host.wait { $0.lines.filter { $0.hasPrefix("Logged in") }.count >= 3 })
            try backend.put(name, "x")
            #expect(try backend.get(name) == "x")
        }

        @Test func `whose token was revoked is made anew, and nobody notices`() throws {
            let backend = try userPass("\"token_ttl\":\"1h\"")
            try backend.put(name, "x")
            try revokeTokens()
            #expect(try backend.get(name) == "x")
            #expect(backend.log.contains("not valid any more"))
        }

        @Test func `whose token was revoked is made anew once for many that ask`() throws {
            let backend = try userPass("\"token_ttl\":\"1h\"")
            try backend.put(name, "x")
            try revokeTokens()
            let requests = (0..<30).map { _ in backend.begin("get", [Array(name.utf8)]) }
            for request in requests { #expect(try backend.answer(to: request) == [Array("x".utf8)]) }
            #expect(backend.log.components(separatedBy: "Logged in").count == 3, "\(backend.log)")
        }

        @Test func `by a token that was revoked ends the session, with what to do`() throws {
            let backend = try server.backend(credentials: try token(ttl: "1h", id: "t\(name)"))
            try backend.put(name, "x")
            try administrator.send(.post, "auth/token/revoke", "{\"token\":\"t\(name)\"}")
            let refused = refusal { try backend.get(name) }
            #expect(refused?.status == .denied)
            #expect(refused?.sentence.contains("put a token that is valid into that file") == true, "\(refused as Any)")
            #expect(try backend.status()[0] == "unavailable")
            #expect(backend.end() == .unauthorized)
            #expect(backend.explanation.dropFirst() == (refused?.sentence ?? "").dropFirst() + ".")
        }

        @Test func `by a token that cannot be renewed says so before it ends`() throws {
            let given = try administrator.makeToken(#"{"policies":["vigo"],"ttl":"3s","renewable":false}"#)
            let backend = try server.backend(credentials: given)
            try backend.put(name, "x")
            #expect(backend.host.wait { $0.lines.contains { $0.contains("cannot be renewed") } })
            #expect(backend.host.wait(3) { _ in false } == false)
            #expect(refusal { try backend.get(name) }?.status == .denied)
            #expect(backend.end() == .unauthorized)
        }

        @Test func `with the wrong password is refused, and ends the session`() throws {
            let backend = try userPass("\"token_ttl\":\"1h\"", wrong: true)
            let refused = refusal { try backend.get(name) }
            #expect(refused?.status == .denied)
            #expect(refused?.sentence.contains("the login of \(name) to auth/userpass") == true)
            #expect(refused?.sentence.contains("invalid username or password") == true)
            #expect(backend.end() == .unauthorized)
        }

        @Test func `with an unknown role or mount is refused`() throws {
            let parameters = ["auth-method": "approle", "role-id": "nobody"]
            #expect(refusal { try server.backend(parameters, credentials: "x").get(name) }?.status == .denied)
            let elsewhere = parameters.merging(["auth-mount": "nowhere"]) { $1 }
            let refused = refusal { try server.backend(elsewhere, credentials: "x").get(name) }
            #expect(refused?.status == .denied)
            #expect(refused?.sentence.contains("auth/nowhere") == true)
        }

        @Test func `without credentials does not begin`() throws {
            let backend = try RunningBackend(
                parameters: ["address": server.address],
                credentials: nil,
                port: server.port
            )
            #expect(backend.end() == .invalid)
            #expect(backend.explanation.contains("secrets.key_file"))
        }

        @Test func `gives its token back at the end`() throws {
            let backend = try userPass("\"token_ttl\":\"1h\"")
            try backend.put(name, "x")
            #expect(try tokens().count == 1)
            #expect(backend.close() == .cancelled)
            #expect(try tokens().isEmpty)
        }

        @Test func `leaves a token that it was given as it is`() throws {
            let given = try token(ttl: "1h")
            let backend = try server.backend(credentials: given)
            try backend.put(name, "x")
            #expect(backend.close() == .cancelled)
            #expect(try administrator.answer(.post, "auth/token/lookup", "{\"token\":\"\(given)\"}").0 == 200)
        }

        // MARK: Setting up

        private func token(ttl: String, id: String? = nil) throws -> String {
            let name = id.map { ",\"id\":\"\($0)\"" } ?? ""
            return try administrator.makeToken("{\"policies\":[\"vigo\"],\"ttl\":\"\(ttl)\"\(name)}")
        }

        private func userPass(_ options: String, password: String = "pw", wrong: Bool = false) throws -> RunningBackend
        {
            let body = try JSONSerialization.data(withJSONObject: ["password": password])
            let quoted = String(decoding: body, as: UTF8.self).dropFirst().dropLast()
            try administrator.send(
                .post,
                "auth/userpass/users/\(name)",
                "{\(quoted),\"token_policies\":[\"vigo\"],\(options)}"
            )
            return try server.backend(
                ["auth-method": "userpass", "username": name],
                credentials: wrong ? "wrong" : password
            )
        }

        private func appRole(_ options: String) throws -> RunningBackend {
            try administrator.send(.post, "auth/approle/role/\(name)", "{\"token_policies\":[\"vigo\"],\(options)}")
            let role = try administrator.send(.get, "auth/approle/role/\(name)/role-id")["data"] as? [String: Any]
            let secret =
                try administrator.send(.post, "auth/approle/role/\(name)/secret-id", "{}")["data"] as? [String: Any]
            return try server.backend(
                ["auth-method": "approle", "role-id": role?["role_id"] as? String ?? ""],
                credentials: secret?["secret_id"] as? String
            )
        }

        private func revokeTokens() throws {
            for accessor in try tokens() {
                try administrator.send(.post, "auth/token/revoke-accessor", "{\"accessor\":\"\(accessor)\"}")
            }
        }

        /// The accessors of this test's user.
        private func tokens() throws -> [String] {
            let data = try administrator.send(.get, "auth/token/accessors?list=true")["data"] as? [String: Any]
            return (data?["keys"] as? [String] ?? []).filter { accessor in
                let (_, text) =
                    (try? administrator.answer(.post, "auth/token/lookup-accessor", "{\"accessor\":\"\(accessor)\"}"))
                    ?? (0, "")
                return text.contains("userpass-\(name)")
            }
        }
    }
}
