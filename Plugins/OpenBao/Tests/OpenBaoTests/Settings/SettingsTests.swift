import PluginKit
import Testing

@testable import OpenBao

@Suite struct `The plugin's parameters` {
    @Test func `have the values of the README where they are not given`() throws {
        let settings = try read(["address": "http://127.0.0.1:8200"])
        #expect(settings.mount == "secret")
        #expect(settings.prefix == "")
        #expect(settings.method == .token)
        #expect(settings.authMount == "token")
        #expect(settings.timeout == .seconds(8))
        #expect(settings.pollInterval == .seconds(30))
        #expect(settings.namespace == nil)
    }

    @Test func `are taken as they are`() throws {
        let settings = try read([
            "address": "http://localhost:1", "mount": "kv/team/", "prefix": "a/b", "auth-method": "approle",
            "auth-mount": "roles", "role-id": "r-1", "namespace": "ns1/ns2", "timeout": "3", "poll-interval": "0",
        ])
        #expect(settings.mount == "kv/team")
        #expect(settings.prefix == "a/b")
        #expect(settings.method == .appRole(roleID: "r-1"))
        #expect(settings.authMount == "roles")
        #expect(settings.namespace == "ns1/ns2")
        #expect(settings.timeout == .seconds(3))
        #expect(settings.pollInterval == nil)
        #expect(try read(["address": "http://localhost:1", "prefix": "/"]).prefix == "")
    }

    @Test(arguments: [
        (["address": ""], "address"), (["address": "bao:8200"], "address"),
        (["address": "http://bao.example.com:8200"], "https://"), (["address": "https://bao:8200"], "ca"),
        (["mount": "../sys"], "mount"),
        (["mount": "/secret"], "mount"), (["prefix": "a//b"], "prefix"), (["prefix": "a?b"], "prefix"),
        (["auth-method": "approle"], "role-id"), (["auth-method": "userpass"], "username"),
        (["auth-method": "userpass", "username": "dan/../root"], "username"), (["auth-method": "ldap"], "auth-method"),
        (["auth-mount": "a b"], "auth-mount"), (["namespace": "a\r\nX-Evil: b"], "namespace"),
        (["timeout": "0"], "timeout"), (["timeout": "10"], "timeout"),
        (["timeout": "soon"], "timeout"), (["poll-interval": "-1"], "poll-interval"),
    ])
    func `are refused with a sentence that names them`(given: [String: String], word: String) {
        #expect(failure(given)?.status == .invalid)
        #expect(failure(given)?.sentence.contains(word) == true, "\(failure(given)?.sentence ?? "")")
    }

    @Test func `hold one CA or several, and nothing that is none`() throws {
        let one = try TestCertificates.stranger()
        _ = try TLSContext(authority: one)
        _ = try TLSContext(authority: "The CA\n" + one + one)
        let broken = one.replacing("BEGIN CERTIFICATE-----\n", with: "BEGIN CERTIFICATE-----\nAAAA")
        for text in ["", "/etc/ssl/ca.pem", broken, one + broken] {
            #expect(throws: SessionFailure.self, "\(text)") { try TLSContext(authority: text) }
        }
    }

    @Test(arguments: [
        ("s.token\n", "s.token"), ("s.token\r\n\n", "s.token"), ("s.token", "s.token"),
    ])
    func `come with credentials, without the line's end`(file: String, token: String) throws {
        #expect(try credentials(file, .token) == token)
    }

    @Test func `come with passwords that have spaces`() throws {
        #expect(try credentials(" a b \n", .userPass(username: "dan")) == " a b ")
    }

    @Test(arguments: ["", "\n", "two words", "line\nline", "s.tök"])
    func `come with no credentials that cannot be a token`(file: String) {
        #expect(throws: SessionFailure.self) { try credentials(file, .token) }
    }

    private func credentials(_ file: String, _ method: LoginMethod) throws -> String {
        try WipedBytes(file).withBytes { bytes in
            try Credentials.read(bytes, for: method).withBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func read(_ given: [String: String]) throws -> Settings { try Settings { given[$0] } }

    private func failure(_ given: [String: String]) -> SessionFailure? {
        let all = ["address": "http://127.0.0.1:8200"].merging(given) { $1 }
        do {
            _ = try Settings { all[$0] }
            return nil
        } catch {
            return error
        }
    }
}
