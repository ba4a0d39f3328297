import Corpus
import Testing

@testable import Agent

@Suite struct AuthorizedKeyLineTests {
    private let now = LocalTime(seconds: 1_800_000_000)
    private let key = AuthorizedKey(parsing: SampleKeys.ed25519)

    private func authorizes(_ text: String) throws -> Bool {
        AuthorizedKeysFile(text.utf8).authorizes(try #require(key), at: now)
    }

    @Test(arguments: [
        SampleKeys.ed25519, "  \t" + SampleKeys.ed25519, SampleKeys.ed25519 + " a comment", SampleKeys.ed25519 + "\r",
        "pty " + SampleKeys.ed25519, "restrict,pty " + SampleKeys.ed25519, "no-pty,pty " + SampleKeys.ed25519,
        "NO-X11-forwarding,Agent-Forwarding " + SampleKeys.ed25519,
        #"environment="A=\"b c\"",from="127.0.0.*" "# + SampleKeys.ed25519,
        #"from="10.0.0.0/8,127.0.0.0/8" "# + SampleKeys.ed25519, #"from="::1" "# + SampleKeys.ed25519,
        #"expiry-time="20991231" "# + SampleKeys.ed25519, #"expiry-time="209912312359Z" "# + SampleKeys.ed25519,
        "# first\n\n" + SampleKeys.ed25519,
    ])
    func `a line that gives a terminal from loopback counts`(text: String) throws {
        #expect(try authorizes(text))
    }

    @Test(arguments: [
        "#" + SampleKeys.ed25519, #"command="/bin/true" "# + SampleKeys.ed25519, "cert-authority " + SampleKeys.ed25519,
        "no-pty " + SampleKeys.ed25519, "restrict " + SampleKeys.ed25519, "pty,restrict " + SampleKeys.ed25519,
        #"expiry-time="20200101" "# + SampleKeys.ed25519, #"expiry-time="never" "# + SampleKeys.ed25519,
        #"from="10.0.0.0/8" "# + SampleKeys.ed25519, #"from="127.0.0.1,!127.*,!::1" "# + SampleKeys.ed25519,
        "unknown-option " + SampleKeys.ed25519, "pty, " + SampleKeys.ed25519, ",pty " + SampleKeys.ed25519,
        #"from="127.0.0.1 "# + SampleKeys.ed25519, #"from=127.0.0.1 "# + SampleKeys.ed25519,
        "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 !!!!", "ssh-ed25519 AAAA", "x\0" + SampleKeys.ed25519,
        "ssh-rsa " + SampleKeys.ed25519Blob, SampleKeys.otherEd25519,
    ])
    func `a line that sshd would not take, or that gives no terminal, does not count`(text: String) throws {
        #expect(try !authorizes(text))
    }

    @Test func `nonsense of any kind is read without harm`() {
        var random = SeededGenerator(seed: 3)
        let pieces = [
            "ssh-ed25519", "ssh-rsa", " ", "\t", ",", "=", "\"", "\\\"", "\\", "from", "command", "expiry-time", "2099",
            "no-", "pty", "restrict", "\0", "é", "#", "*", "!", "/", "AAAA", "\r", "127.0.0.1/33", "::/0",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let file = AuthorizedKeysFile(text.utf8)
            if let key { _ = file.authorizes(key, at: now) }
            #expect(file.sweeping(envoy: "", keeping: [], at: now) == file)
        }
    }

    @Test func `many stars cost no exponential time`() {
        let pattern = String(repeating: "*a", count: 2000)
        #expect(!SourcePatterns(pattern).matches(String(repeating: "a", count: 1000) + "b"))
    }

    @Test(arguments: ["20380101000000", "20250630123000", "20240229235959"])
    func `a local time is written as it was read`(text: String) throws {
        #expect(try #require(LocalTime(parsing: text)).text == text)
    }

    @Test(arguments: ["", "2025", "20251301", "20250132", "202501012500", "2025010112", "20250101x"])
    func `what is no time is refused`(text: String) {
        #expect(LocalTime(parsing: text) == nil)
    }

    @Test(arguments: [
        "", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa " + SampleKeys.ed25519Blob, SampleKeys.ed25519 + "\nssh-rsa x",
        #"command="x" "# + SampleKeys.ed25519,
    ])
    func `a server cannot pass something else off as a key`(text: String) {
        #expect(AuthorizedKey(parsing: text) == nil)
    }
}
