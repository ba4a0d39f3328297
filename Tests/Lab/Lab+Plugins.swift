package import Foundation

/// Plugins that come, go and change while the server runs.
extension Lab {
    package var plugins: URL { scratch.appending(path: "plugins") }

    /// Puts a fixture of Tests/Fixtures among the server's plugins, as `<name>.so`, in one step as an installer would.
    package func drop(_ fixture: String) throws {
        try install(Lab.program("lib\(fixture)Plugin.so"), as: "\(fixture.lowercased()).so")
    }

    /// Builds a fixture's C file, changed, and puts it in the place of what has that name.
    package func drop(_ fixture: String, as name: String, changing old: String, to new: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "Tests/Fixtures/\(fixture)Plugin")
        guard
            let file = try FileManager.default.contentsOfDirectory(atPath: folder.path).first(where: {
                $0.hasSuffix(".c")
            })
        else { throw NeverHappened(description: "there is no C file in \(folder.path)") }
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        guard text.contains(old) else { throw NeverHappened(description: "\(file) does not hold \(old)") }
        let changed = scratch.appending(path: "\(name)-\(UUID().uuidString.prefix(8))")
        try text.replacingOccurrences(of: old, with: new).write(
            to: changed.appendingPathExtension("c"),
            atomically: true,
            encoding: .utf8
        )
        let built = try Command.shell(
            "cc -shared -fPIC -I '\(root.path)/Sources/PluginAPI/include' -o '\(changed.path).so' '\(changed.path).c'"
        )
        guard built.status == 0 else { throw NeverHappened(description: "\(file): \(built.errors)") }
        try install(changed.appendingPathExtension("so"), as: "\(name).so")
    }

    private func install(_ file: URL, as name: String) throws {
        // By renaming: a file that is mapped by a session must not change under it.
        let line = """
            install -m 0644 '\(file.path)' '\(plugins.path)/.\(name).new' && \
            mv '\(plugins.path)/.\(name).new' '\(plugins.path)/\(name)'
            """
        let done = try Command.shell(line)
        guard done.status == 0 else { throw NeverHappened(description: "\(name): \(done.errors)") }
    }

    /// `vigocli scrier connect` on a terminal, to the lab's sshd.
    package func connect(_ protocolName: String, _ arguments: [String] = []) throws -> TerminalProgram {
        try TerminalProgram(
            Lab.program("vigocli"),
            [
                "scrier", "connect", "--protocol", protocolName, "--port", String(sshPort),
                ProcessInfo.processInfo.hostName,
            ] + arguments,
            environment: operatorEnvironment
        )
    }

    /// The newest session's row, of a protocol where one is named, once it is in one of these states. With several sessions a protocol has
    /// to be named: the newest may not be on record yet.
    package func session(
        of protocolName: String? = nil,
        in states: String...,
        within limit: Duration = .seconds(20)
    ) async throws -> [String: Any] {
        var found: [String: Any] = [:]
        try await eventually("session that is \(states)", within: limit, else: { "\(found)" }) {
            found = try self.newestSession(of: protocolName)
            return states.contains(found["state"] as? String ?? "")
        }
        return found
    }

    private func newestSession(of protocolName: String?) throws -> [String: Any] {
        try sessions().filter { protocolName == nil || $0["protocol"] as? String == protocolName }.max {
            ($0["created_at"] as? String ?? "") < ($1["created_at"] as? String ?? "")
        } ?? [:]
    }

    /// Processes of workers that are alive.
    package func workers() throws -> [pid_t] {
        let launcher = try Command.shell("pgrep -P \(server.processID) -f scrier-launcher").output
        return try Command.shell("pgrep -P \(launcher.split(separator: "\n").first ?? "0") -f scrier-worker").output
            .split(separator: "\n").compactMap { pid_t($0) }
    }
}
