package import Foundation

/// A real ssh-agent with a socket of its own, ended with the value.
package final class SSHAgentProgram {
    package let directory: URL
    package var socket: String { directory.appending(path: "agent").path }
    private let program: Program

    package init() async throws {
        // Short: a socket's path has at most 107 bytes.
        directory = URL(filePath: "/tmp/vigo-agent-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        program = try Program(
            URL(filePath: "/usr/bin/ssh-agent"),
            ["-D", "-a", directory.appending(path: "agent").path],
            log: directory.appending(path: "log")
        )
        let path = socket
        try await eventually("an ssh-agent") { FileManager.default.fileExists(atPath: path) }
    }

    deinit {
        program.kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Lets the agent hold a private key.
    package func add(_ file: URL) throws {
        let added = try shell("ssh-add -q '\(file.path)'")
        guard added.status == 0 else { throw NeverHappened(description: "ssh-add: \(added.errors)") }
    }

    /// Makes a key that the agent holds; where its public half lies.
    package func makeKey(_ name: String, _ kind: String = "ed25519") throws -> URL {
        let file = directory.appending(path: name)
        try Command.shell("ssh-keygen -q -t \(kind) -N '' -f '\(file.path)'")
        try add(file)
        return file.appendingPathExtension("pub")
    }

    package func shell(_ line: String) throws -> Command {
        try Command.shell("export SSH_AUTH_SOCK='\(socket)'; \(line)")
    }
}
