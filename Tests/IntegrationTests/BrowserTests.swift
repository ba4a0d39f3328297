import Foundation
import Lab
import Testing

/// The web console in a real browser: all of Tests/BrowserTests, in one lab, since a vault with its users takes as long as many tests.
@Suite struct BrowserTests {
    @Test(.timeLimit(.minutes(10)))
    func `the console works in a browser`() async throws {
        let python = try Lab.browserPython()
        try await Lab.with(configuration: "  attach_grace: 10s\n  recording_enabled: true") { lab in
            let result = try Command.run(
                python,
                ["-B", "-m", "unittest", "discover", "--verbose", "--start-directory", Lab.browserTests.path],
                environment: [
                    "SCRIER_LAB": try await lab.writeBrowserFacts().path, "HOME": lab.scratch.path,
                ]
            )
            #expect(result.status == 0, "\(result.errors.suffix(12_000))")
        }
    }
}
