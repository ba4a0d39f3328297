package import Foundation

/// What an operator does, through the command line.
extension Lab {
    package var operatorEnvironment: [String: String] {
        ["VIGO_ADMIN_SOCKET": scratch.appending(path: "server/admin.sock").path]
    }

    @discardableResult
    package func cli(_ arguments: [String], environment: [String: String] = [:]) throws -> Command {
        try Command.run(
            Lab.program("vigocli"),
            arguments,
            environment: operatorEnvironment.merging(environment) { _, new in new }
        )
    }

    /// The items of a listing.
    package func list(_ arguments: [String]) throws -> [[String: Any]] {
        let answer = try cli(arguments + ["--output", "json"])
        let json = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        if let items = json as? [[String: Any]] { return items }
        guard let items = (json as? [String: Any])?["items"] as? [[String: Any]] else {
            throw NeverHappened(description: "a listing from \(arguments): \(answer)")
        }
        return items
    }

    /// The envoy that is not revoked.
    package func envoy() throws -> [String: Any] {
        let envoys = try list(["envoys", "list"])
        return envoys.first { $0["status"] as? String == "active" } ?? envoys.first ?? [:]
    }

    package func sessions() throws -> [[String: Any]] { try list(["scrier", "sessions", "--all"]) }

    /// `vigocli scrier ssh` on a terminal, as typed.
    package func ssh(
        _ arguments: [String] = [],
        key: URL? = nil,
        environment: [String: String] = [:],
        columns: UInt16 = 80,
        rows: UInt16 = 24
    ) throws -> TerminalProgram {
        try TerminalProgram(
            Lab.program("vigocli"),
            [
                "scrier", "ssh", ProcessInfo.processInfo.hostName, "--port", String(sshPort), "--ssh-key-file",
                (key ?? user.publicKeyFile).path,
            ] + arguments,
            environment: operatorEnvironment.merging(["TERM": "xterm-256color"]) { _, new in new }
                .merging(environment) { _, new in new },
            columns: columns,
            rows: rows
        )
    }

    /// A session whose shell has shown its prompt.
    package func openShell(columns: UInt16 = 80, rows: UInt16 = 24) async throws -> TerminalProgram {
        let terminal = try ssh(columns: columns, rows: rows)
        try await terminal.expect("$ ")
        return terminal
    }

    package func authorizedKeys() throws -> String { try String(contentsOf: user.authorizedKeys, encoding: .utf8) }

    /// Waits until no ephemeral key is left in the user's authorized_keys.
    package func expectStripped(within limit: Duration = .seconds(20)) async throws {
        try await eventually("stripped authorized_keys", within: limit, else: { (try? self.authorizedKeys()) ?? "" }) {
            try !self.authorizedKeys().contains("vigo-scrier-ephemeral")
        }
    }

    package func auditActions() throws -> [String] {
        try cli(["audit", "export"]).output.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["action"] as? String
        }
    }
}
