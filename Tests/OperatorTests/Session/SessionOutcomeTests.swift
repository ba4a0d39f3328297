import Testing
import Wire

@testable import Operator

@Suite struct SessionOutcomeTests {
    @Test(arguments: [
        (SessionOutcome.ended(SessionEnd(reason: "", exitStatus: 0)), 0 as Int32),
        (.ended(SessionEnd(reason: "", exitStatus: 1)), 1),
        (.ended(SessionEnd(reason: "", exitStatus: 64)), 64),
        (.ended(SessionEnd(reason: "", exitStatus: 255)), 255),
        (.ended(SessionEnd(reason: "", signal: "HUP")), 129),
        (.ended(SessionEnd(reason: "", signal: "KILL")), 137),
        (.ended(SessionEnd(reason: "", signal: "SEGV")), 139),
        (.ended(SessionEnd(reason: "", signal: "TERM")), 143),
        (.ended(SessionEnd(reason: "SSH pubkey not authorized on this envoy")), 255),
        (.timedOut(.waiting), 255), (.timedOut(.connecting), 255), (.abandoned, 255), (.lost("gone"), 255),
    ])
    func `scripts can tell how it ended`(outcome: SessionOutcome, code: Int32) {
        #expect(outcome.exitCode == code)
    }

    @Test func `a shell that exited needs no words`() {
        #expect(SessionOutcome.ended(SessionEnd(reason: "x", exitStatus: 3)).message(timeout: .seconds(30)) == nil)
    }

    @Test func `the reason of the server is passed on, without what could steer the terminal`() {
        let end = SessionEnd(reason: "SSH pubkey not authorized on this envoy\u{1b}]0;x\u{7}")
        #expect(
            SessionOutcome.ended(end).message(timeout: .seconds(30)) == "SSH pubkey not authorized on this envoy]0;x"
        )
    }

    @Test func `a time-out names the state that the session hung in`() throws {
        let message = try #require(SessionOutcome.timedOut(.waiting).message(timeout: .seconds(45)))
        #expect(message.hasPrefix("timed out after 45s: the session is still waiting"))
    }
}
