import Corpus
import Testing

@testable import Agent

@Suite struct CorpusTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "refused"
    }

    @Test func `whatever stands in the agent's config is a configuration or refused`() async throws {
        let complaints = try await Corpus("agent-config").complaints { bytes in
            Array(try AgentConfiguration(parsing: String(decoding: bytes, as: UTF8.self), file: "config").text.utf8)
        }
        #expect(complaints == [])
    }

    /// Accepted: the key gives a terminal here. Whatever the file holds, what is ours comes and goes without a trace.
    @Test func `whatever stands in authorized_keys, the user's bytes stay what they are`() async throws {
        let key = try #require(AuthorizedKey(parsing: SampleKeys.ed25519))
        let now = LocalTime(seconds: 1_800_000_000)
        let line = EphemeralLine(
            key: SampleKeys.ed25519Blob,
            envoy: "11111111-2222-3333-4444-555555555555",
            session: "99999999-bbbb-cccc-dddd-eeeeeeeeeeee",
            expires: LocalTime(seconds: now.seconds + 60)
        )
        let complaints = try await Corpus("authorized-keys").complaints { bytes in
            let file = AuthorizedKeysFile(bytes)
            #expect(file.adding(line).removing(session: line.session) == file.removing(session: line.session))
            let swept = file.sweeping(envoy: line.envoy, keeping: [], at: now)
            #expect(swept.ephemeralLines.allSatisfy { $0.envoy != line.envoy })
            guard file.authorizes(key, at: now) else { throw Refused() }
            // The sweep takes nothing from the user: the key counts as before.
            return swept.bytes
        }
        #expect(complaints == [])
    }
}
