import Testing

@testable import Agent

struct UpdateTrialTests {
    private let fresh = UpdateTrial(version: "0.2.0", program: "/opt/bin/vigo", previous: "/opt/bin/.vigo.previous")

    @Test func `the new agent is on trial for three starts, then goes back`() {
        var trial = fresh
        for _ in 1...3 { #expect(trial.started(as: "0.2.0") == .onTrial) }
        guard case .goBack(let reason) = trial.started(as: "0.2.0") else {
            Issue.record("it would try for ever")
            return
        }
        #expect(reason.contains("0.2.0 started 3 times"))
    }

    @Test func `the old agent learns why it is back`() {
        var trial = fresh
        trial.failure = "version 0.2.0 could not check in within 120s"
        #expect(trial.started(as: "0.1.0") == .wentBack("version 0.2.0 could not check in within 120s"))
        // Also where it is somebody else's third version.
        var other = fresh
        #expect(other.started(as: "0.3.0") == .wentBack("version 0.2.0 did not come up"))
    }

    @Test func `what is kept over the change of programs is read back as it was`() {
        var trial = fresh
        _ = trial.started(as: "0.2.0")
        trial.failure = "a reason"
        #expect(UpdateTrial(parsing: trial.text) == trial)
    }

    @Test(arguments: [
        "", "version = 0.2.0", "version = x\nprogram = /a\nprevious = /b",
        "version = 0.2.0\nprogram = a\nprevious = /b",
        "version = 0.2.0\nversion = 0.2.0\nprogram = /a\nprevious = /b", "\u{0}\u{1}",
    ])
    func `a damaged file is no trial`(_ text: String) {
        #expect(UpdateTrial(parsing: text) == nil)
    }
}
