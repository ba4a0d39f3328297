import Foundation
import Hummingbird
import Testing
import Trust
import Wire

@testable import Host

@Suite struct APINonsenseTests {
    private static let key = EphemeralKey.generate().publicKey.openSSH

    @Test(arguments: [
        ("", 400, "the request is not JSON"), ("[]", 400, "expected an object"), ("{}", 400, "envoy_id: is missing"),
        ("\u{0}\u{1}", 400, "the request is not JSON"),
        (#"{"envoy_id": 5, "protocol": "echo"}"#, 400, "envoy_id: expected a text"),
        (#"{"envoy_id": null, "protocol": "echo"}"#, 400, "envoy_id: expected a text"),
        (#"{"envoy_id": "web3"}"#, 400, "protocol: is missing"),
        (#"{"envoy_id": "", "protocol": "echo"}"#, 404, "no envoy"),
        (#"{"envoy_id": "elsewhere", "protocol": "echo", "port": 22}"#, 404, "no envoy"),
        (#"{"envoy_id": "63dfa092-5262-44ac-b04b-1533c709ab42", "protocol": "echo"}"#, 404, "no envoy"),
        (#"{"envoy_id": "web3", "protocol": "../ssh", "port": 22}"#, 400, "there is no plugin for the protocol"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": "22"}"#, 400, "port: expected a whole number"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 23}"#, 403, "port 23 is not allowed"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": -1}"#, 403, "port -1 is not allowed"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22.5}"#, 400, "no whole number"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 99999999999999999999}"#, 400, ""),
        (
            #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "ssh_public_key": "ssh-ed25519 AAAA"}"#, 400,
            "ssh_public_key:"
        ),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22, "ssh_public_key": ""}"#, 400, "ssh_public_key:"),
        (
            #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "parameters": {"shell": "sh"}}"#, 400,
            "no parameter \"shell\""
        ),
        (
            #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "parameters": ["a"]}"#, 400,
            "parameters: expected an object"
        ),
        (
            #"{"envoy_id": "web3", "protocol": "echo", "port": 22, "parameters": {"a": 1}}"#, 400,
            "parameters.a: expected a text"
        ),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22, "columns": 0}"#, 400, "columns: expected a number"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22, "rows": 1000000}"#, 400, "rows: expected a number"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22, "login": "a b"}"#, 400, "login: expected"),
        (#"{"envoy_id": "web3", "protocol": "echo", "port": 22, "login": ""}"#, 400, "login: expected"),
    ])
    func `nonsense in a connect is refused by its field, and nothing is opened`(
        body: String,
        status: Int,
        message: String
    ) async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.send(.post, "/api/v1/scrier/connect", body)
            #expect(answer.status == status, "\(answer.body)")
            #expect(message.isEmpty || answer.error?.message.contains(message) == true, "\(answer.body)")
            #expect(world.sessions.count == 0)
            #expect(try await world.store.sessions(openOnly: false).isEmpty)
        }
    }

    @Test(arguments: [
        ("POST", "/api/v1/users", #"{"username": "dan"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "", "role": "admin"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "a b", "role": "admin"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "../etc", "role": "admin"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "dan", "role": "root"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "dan", "role": "admin", "ssh_public_key": "x"}"#, 400),
        ("POST", "/api/v1/users", #"{"username": "admin", "role": "admin"}"#, 409),
        ("PUT", "/api/v1/users/nobody", "{}", 404), ("PUT", "/api/v1/users/admin", #"{"role": 1}"#, 400),
        ("DELETE", "/api/v1/users/nobody", "", 404),
        ("POST", "/api/v1/apitokens", #"{"username": "nobody", "name": "x"}"#, 404),
        ("POST", "/api/v1/apitokens", #"{"username": "admin", "name": ""}"#, 400),
        ("POST", "/api/v1/apitokens", #"{"username": "admin", "name": "x\u001b[31m"}"#, 400),
        ("POST", "/api/v1/apitokens", #"{"username": "admin", "name": "x", "expires_in_seconds": -1}"#, 400),
        ("DELETE", "/api/v1/apitokens/x", "", 404), ("GET", "/api/v1/scrier/sessions/x", "", 400),
        ("GET", "/api/v1/scrier/sessions/63dfa092-5262-44ac-b04b-1533c709ab42", "", 404),
        ("DELETE", "/api/v1/scrier/sessions/63dfa092-5262-44ac-b04b-1533c709ab42", "", 404),
        ("POST", "/api/v1/scrier/sessions/63dfa092-5262-44ac-b04b-1533c709ab42/ticket", "", 404),
        ("GET", "/api/v1/plugins/none", "", 404), ("GET", "/api/v1/envoys?status=asleep", "", 400),
        ("GET", "/api/v1/envoys/nobody", "", 404), ("POST", "/api/v1/envoys/nobody/revoke", "", 404),
        ("POST", "/api/v1/tokens", #"{"pattern": "a b"}"#, 400), ("POST", "/api/v1/tokens", #"{"pattern": 1}"#, 400),
        ("POST", "/api/v1/tokens", #"{"pattern": "a", "expires_in_seconds": 1}"#, 400),
        ("DELETE", "/api/v1/tokens/x", "", 404),
        ("POST", "/api/v1/approved", #"{"pattern": ""}"#, 400), ("DELETE", "/api/v1/approved/none", "", 404),
        ("GET", "/bootstrap?os=beos", "", 400), ("GET", "/api/v1/agent/latest?os=../x&arch=y", "", 400),
        ("GET", "/api/v1/agent/download?os=linux&arch=z80", "", 404), ("POST", "/api/v1/bootstrap/register", "{}", 400),
        ("POST", "/api/v1/bootstrap/register", "nonsense", 400), ("GET", "/", "", 404),
        ("GET", "/api/v1/nothing", "", 404),
        ("DELETE", "/api/v1/whoami", "", 404), ("GET", "/api/v1/users/%00", "", 404),
    ])
    func `nonsense is answered by an error in JSON, not by a failure`(
        method: String,
        path: String,
        body: String,
        status: Int
    ) async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.send(HTTPRequest.Method(method)!, path, body.isEmpty ? nil : body)
            #expect(answer.status == status, "\(answer.body)")
            let error = try #require(answer.error, "\(answer.body)")
            #expect(!error.message.isEmpty && !error.message.contains("Swift"))
        }
    }

    @Test func `a request of more than 64 KiB is not read`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let body = #"{"username": "\#(String(repeating: "a", count: 70_000))"}"#
            let answer = try await client.send(.post, "/api/v1/users", body)
            #expect(answer.status == 413 && answer.error?.code == "too_large")
        }
    }

    @Test func `X-Forwarded-For counts only from trusted proxies, and only as far as they wrote it`() {
        let none = ClientAddress(trustedProxies: [])
        #expect(none.find(peer: "10.0.0.1", forwardedFor: ["1.2.3.4"]) == "10.0.0.1")
        let proxied = ClientAddress(trustedProxies: [CIDR("10.0.0.0/8")!])
        #expect(proxied.find(peer: "10.0.0.1", forwardedFor: ["6.6.6.6, 1.2.3.4"]) == "1.2.3.4")
        #expect(proxied.find(peer: "10.0.0.1", forwardedFor: ["1.2.3.4, 10.0.0.2"]) == "1.2.3.4")
        #expect(proxied.find(peer: "10.0.0.1", forwardedFor: ["nonsense"]) == "10.0.0.1")
        #expect(proxied.find(peer: "8.8.8.8", forwardedFor: ["1.2.3.4"]) == "8.8.8.8")
    }
}
