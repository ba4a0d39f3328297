package import Foundation

/// A program that is run to its end.
package struct Command {
    package let status: Int32
    package let output: String
    package let errors: String

    @discardableResult
    package static func run(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> Command {
        // Files, not pipes: a program may say more than a pipe holds before anybody reads it.
        let directory = FileManager.default.temporaryDirectory.appending(path: "command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = ["in", "out", "err"].map { directory.appending(path: $0) }
        try Data((input ?? "").utf8).write(to: files[0])
        let child = try Child(
            executable,
            arguments,
            environment: environment,
            standard: [
                (files[0].path, O_RDONLY), (files[1].path, O_WRONLY | O_CREAT), (files[2].path, O_WRONLY | O_CREAT),
            ]
        )
        return Command(
            status: child.waitUntilExit(),
            output: try String(decoding: Data(contentsOf: files[1]), as: UTF8.self),
            errors: try String(decoding: Data(contentsOf: files[2]), as: UTF8.self)
        )
    }

    /// Runs a line of shell.
    @discardableResult
    package static func shell(_ line: String, environment: [String: String] = [:]) throws -> Command {
        try run(URL(filePath: "/bin/sh"), ["-c", line], environment: environment)
    }
}
