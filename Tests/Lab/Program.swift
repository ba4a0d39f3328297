package import Foundation

/// A program that runs in the background, its output in a file.
package final class Program: @unchecked Sendable {
    package let name: String
    package let log: URL
    private let process = Process()

    package init(_ executable: URL, _ arguments: [String], environment: [String: String] = [:], log: URL) throws {
        name = executable.lastPathComponent
        self.log = log
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    package var processID: pid_t { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    package var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Asks it to stop and waits; a program that ignores this for `grace` is killed.
    package func stop(grace: Duration = .seconds(10)) async {
        guard process.isRunning else { return }
        process.terminate()
        let deadline = ContinuousClock.now + grace
        while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        if process.isRunning { kill() }
        process.waitUntilExit()
    }

    /// As a crash or the kernel's memory killer would.
    package func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
