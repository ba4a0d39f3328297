package import Foundation

/// A program that runs in the background, its output in a file.
package final class Program: Sendable {
    package let log: URL
    private let child: Child

    package init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], log: URL) throws {
        self.log = log
        let output = (path: log.path, flags: O_WRONLY | O_CREAT | O_APPEND)
        child = try Child(
            executable,
            arguments,
            environment: environment,
            standard: [(path: "/dev/null", flags: O_RDONLY), output, output]
        )
    }

    package var processID: pid_t { child.processID }
    package var isRunning: Bool { child.isRunning }
    package var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Asks it to stop and waits; a program that ignores this for `grace` is killed.
    package func stop(grace: Duration = .seconds(10)) async {
        child.signal(SIGTERM)
        let deadline = ContinuousClock.now + grace
        while child.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        kill()
    }

    /// As a crash or the kernel's memory killer would.
    package func kill() {
        child.signal(SIGKILL)
        _ = child.waitUntilExit()
    }
}
