import Foundation
import Lab
import Testing

/// The web console in a real browser: Tests/BrowserTests, each file with a lab of its own.
@Suite struct BrowserTests {
    @Test(arguments: ["test_pages", "test_recordings", "test_scripts", "test_terminal"])
    func `the console works in a browser`(file: String) async throws {
        let python = try Lab.browserPython()
        try await Lab.with(configuration: "  attach_grace: 10s\n  recording_enabled: true") { lab in
            let result = try Command.run(
                python,
                ["-B", "-m", "unittest", "--verbose", file],
                environment: [
                    "SCRIER_LAB": try lab.writeBrowserFacts().path, "PYTHONPATH": Lab.browserTests.path,
                    "HOME": lab.scratch.path,
                ]
            )
            #expect(result.status == 0, "\(result.errors.suffix(12_000))")
        }
    }
}
