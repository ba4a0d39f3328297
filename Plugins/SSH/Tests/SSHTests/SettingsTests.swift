import PluginKit
import Testing

@testable import SSH

@Suite struct `A session's settings` {
    private let ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA=="

    private func settings(_ changes: [String: String?]) throws -> Settings {
        let all: [String: String?] = ["username": "dan", "host-keys": ed25519].merging(changes) { $1 }
        return try Settings { all[$0] ?? nil }
    }

    @Test(arguments: [nil, "", "two words", "line\nbreak", String(repeating: "a", count: 300)])
    func `are refused without a sensible user`(username: String?) {
        #expect(throws: SessionFailure.self) { try settings(["username": username]) }
    }

    @Test func `are refused without a host key`() {
        let failure = #expect(throws: SessionFailure.self) { try settings(["host-keys": ""]) }
        #expect(failure?.status == .untrusted)
    }

    @Test(arguments: ["screen-256color", "xterm+tmux", "rxvt-unicode.v2"])
    func `keep a terminal type that terminfo could know`(term: String) throws {
        #expect(try settings(["term": term]).term == term)
    }

    @Test(arguments: ["../../etc/passwd", "x y", "\u{1b}[31m", "-e", "", String(repeating: "x", count: 65)])
    func `replace one that could be something else`(term: String) throws {
        #expect(try settings(["term": term]).term == "xterm-256color")
    }

    @Test func `mean a shell where the command is empty`() throws {
        #expect(try settings(["command": ""]).command == nil)
        #expect(try settings(["command": "uptime"]).command == "uptime")
    }
}

@Suite struct `Pinned host keys` {
    @Test func `hold the very bytes that were reported, and nothing else`() throws {
        let keys = try PinnedHostKeys("ssh-ed25519 aGVsbG8= root@web-01\n\necdsa-sha2-nistp256 AAEC\n")
        #expect("hello".utf8.elementsEqual("hello".utf8))
        #expect(Array("hello".utf8).withUnsafeBytes { keys.contains($0) })
        #expect([0, 1, 2].withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in !keys.contains(bytes) })
        #expect([UInt8]([0, 1, 2]).withUnsafeBytes { keys.contains($0) })
        #expect(Array("hellp".utf8).withUnsafeBytes { !keys.contains($0) })
        #expect([UInt8]().withUnsafeBytes { !keys.contains($0) })
    }

    @Test func `are proved by the signatures of their own algorithms, RSA by SHA-2 first`() throws {
        let keys = try PinnedHostKeys("ssh-rsa AAAA\nssh-ed25519 AAAA\nssh-dss AAAA")
        #expect(keys.signatureAlgorithms == ["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"])
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func `are compared as RFC 4648 writes them`(text: String, base64: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Base64.encode($0) } == base64)
    }
}
