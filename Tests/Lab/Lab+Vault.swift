package import Foundation

/// The lab's vault, as root uses it while the server runs, and what browsers do with it.
extension Lab {
    package static let vaultPassphrase = "correct horse"

    /// A vault that is set up, unlocked, and open in the server.
    package func makeVault() async throws {
        let answers = [("unlock passphrase: ", Self.vaultPassphrase), ("Confirm passphrase: ", Self.vaultPassphrase)]
        try await secrets(["init"], answers)
        try await secrets(["unlock"], [answers[0]])
        try await eventually("open vault", within: .seconds(60), else: { self.server.output }) {
            try self.cli(["status"]).output.contains("open (vault)")
        }
    }

    /// `vigocli secrets` on a terminal, with answers to its prompts.
    @discardableResult
    package func secrets(_ words: [String], _ answers: [(String, String)] = []) async throws -> String {
        let terminal = try TerminalProgram(
            Lab.program("vigocli"),
            ["secrets"] + words + ["--secrets-dir", secretsDirectory],
            environment: operatorEnvironment,
            columns: 200
        )
        for (prompt, typed) in answers {
            try await terminal.expect(prompt)
            terminal.type(typed + "\n")
        }
        let status = try await terminal.exitStatus()
        guard status == 0 else { throw NeverHappened(description: "secrets \(words): \(status), \(terminal.screen)") }
        return terminal.screen
    }

    /// The password that signs `user` in.
    package func setPassword(_ password: String, of user: String) async throws {
        let answers = [("password: ", password), ("Confirm password: ", password)]
        try await secrets(["set", "password", "vigo/web/auth/\(user)"], answers)
    }

    /// A value from a pipe.
    package func setSecret(_ key: String, _ value: String) throws {
        let set = try Command.run(
            URL(filePath: "/usr/bin/setsid"),
            ["--wait", Lab.program("vigocli").path, "secrets", "set", "raw", key, "--secrets-dir", secretsDirectory],
            environment: operatorEnvironment,
            input: value
        )
        guard set.status == 0 else { throw NeverHappened(description: "secrets set raw \(key): \(set)") }
    }

    package var secretsDirectory: String { scratch.appending(path: "server/secrets").path }

    /// The process that has the master key.
    package func vaultWorker() throws -> pid_t {
        let found = try Command.shell("pgrep -u 60999 scrier-worker").output.split(separator: "\n")
        // Other labs have workers of the same user: ours is below our server.
        for process in found.compactMap({ pid_t($0) }) {
            let launcher = Self.parent(of: process)
            if Self.parent(of: launcher) == server.processID { return process }
        }
        throw NeverHappened(description: "a vault's worker of this server")
    }

    private static func parent(of process: pid_t) -> pid_t {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        return line.flatMap { pid_t($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) } ?? 0
    }

    /// What a browser, or a program, asks the server: status, headers and body as curl shows them.
    package func ask(_ method: String, _ path: String, headers: [String] = [], body: String? = nil) throws
        -> (status: Int, text: String)
    {
        var arguments = ["-sk", "-i", "-X", method, "https://127.0.0.1:\(webPort)\(path)"]
        for header in headers { arguments += ["-H", header] }
        if let body { arguments += ["--data-binary", body] }
        let answer = try Command.run(URL(filePath: "/usr/bin/curl"), arguments)
        let words = answer.output.split(separator: " ", maxSplits: 2)
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0, answer.output)
    }

    package func signIn(_ username: String, _ password: String) throws -> (status: Int, text: String) {
        try ask("POST", "/api/v1/login", body: #"{"username": "\#(username)", "password": "\#(password)"}"#)
    }
}
