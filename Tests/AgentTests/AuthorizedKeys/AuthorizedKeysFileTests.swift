import Corpus
import Testing

@testable import Agent

@Suite struct AuthorizedKeysFileTests {
    private let envoy = "11111111-2222-3333-4444-555555555555"
    private let session = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    private let now = LocalTime(seconds: 1_800_000_000)

    private func line(session: String? = nil, envoy: String? = nil, expires: Int = 60) -> EphemeralLine {
        EphemeralLine(
            key: SampleKeys.ed25519Blob,
            envoy: envoy ?? self.envoy,
            session: session ?? self.session,
            expires: LocalTime(seconds: now.seconds + expires)
        )
    }

    private func file(_ text: String) -> AuthorizedKeysFile { AuthorizedKeysFile(text.utf8) }

    @Test func `a line that is added and removed leaves no trace`() {
        for text in ["", "\n", "ssh-ed25519 AAAA", "# comment\r\nssh-rsa AAAA x\r\n", "a\n\n\nb", "\u{FEFF}x\n"] {
            let before = file(text)
            #expect(before.adding(line()).removing(session: session) == before)
        }
    }

    @Test func `bytes that are no text survive`() {
        let before = AuthorizedKeysFile([0xff, 0xfe, 0, 10, 0x80, 10, 10, 0xc3])
        #expect(before.adding(line()).removing(session: session) == before)
    }

    @Test func `the line carries OpenSSH's own limits and our marker`() {
        let text = String(decoding: file("").adding(line()).bytes, as: UTF8.self)
        #expect(text.hasPrefix(#"restrict,pty,expiry-time=""#))
        #expect(text.contains(#"from="127.0.0.1,::1" ssh-ed25519 "#))
        #expect(text.hasSuffix(" # vigo-scrier-ephemeral \(envoy) \(session)\n"))
    }

    @Test func `only the session's own line is removed`() {
        let other = line(session: "00000000-0000-0000-0000-000000000001")
        let both = file("mine\n").adding(line()).adding(other)
        #expect(both.removing(session: session) == file("mine\n").adding(other))
    }

    @Test func `a sweep removes stale lines of this envoy and expired ones of any`() {
        let live = line(session: "00000000-0000-0000-0000-000000000001")
        let foreign = line(
            session: "00000000-0000-0000-0000-000000000002",
            envoy: "99999999-2222-3333-4444-555555555555"
        )
        let expired = line(
            session: "00000000-0000-0000-0000-000000000003",
            envoy: "99999999-2222-3333-4444-555555555555",
            expires: -1
        )
        let all = file("key\n").adding(line()).adding(live).adding(foreign).adding(expired)
        let swept = all.sweeping(envoy: envoy, keeping: [live.session], at: now)
        #expect(swept == file("key\n").adding(live).adding(foreign))
    }

    @Test(arguments: [
        "# vigo-scrier-ephemeral is a marker I read about",
        "ssh-ed25519 AAAA # vigo-scrier-ephemeral 11111111-2222-3333-4444-555555555555 mine",
        #"restrict,pty,expiry-time="20200101",from="10.0.0.1" ssh-ed25519 A # vigo-scrier-ephemeral 11111111-2222-3333-4444-555555555555 aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"#,
    ])
    func `a user's own line that mentions the marker stays`(text: String) {
        #expect(file(text).sweeping(envoy: envoy, keeping: [], at: now) == file(text))
    }

    @Test func `an editor's line endings do not hide a line`() {
        let text = line().text + "\r\nkey\r\n"
        #expect(file(text).removing(session: session) == file("key\r\n"))
    }

    @Test func `random files with random edits keep every other byte`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ -> UInt8 in
                [10, 13, 32, 34, 35, 0, 0xff, 65].randomElement(using: &random) ?? 10
            }
            let original = AuthorizedKeysFile(bytes)
            var edited = original
            var sessions: Set<String> = []
            for _ in 0..<20 {
                let name = "00000000-0000-0000-0000-00000000000\(Int.random(in: 0...9, using: &random))"
                if sessions.remove(name) != nil {
                    edited = edited.removing(session: name)
                } else {
                    sessions.insert(name)
                    edited = edited.adding(line(session: name))
                }
                #expect(Set(edited.ephemeralLines.map(\.session)) == sessions)
            }
            #expect(edited.sweeping(envoy: envoy, keeping: [], at: now) == original)
        }
    }
}
