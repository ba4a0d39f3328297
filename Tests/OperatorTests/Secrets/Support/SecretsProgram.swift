import Foundation
import Glibc
import Lab
import VaultDouble

@testable import Operator

/// `vigocli secrets`, the real program, on a scratch vault whose server is a test's.
struct SecretsProgram {
    let scratch: ScratchVault
    let server: VaultServer

    /// A vault in memory, its server, and nothing set up.
    static func with(
        _ vault: MemoryVault = MemoryVault(),
        _ body: (SecretsProgram) async throws -> Void
    ) async throws {
        let scratch = try ScratchVault()
        try await VaultServer.with(vault, directory: scratch.places.directory) { server in
            try await body(SecretsProgram(scratch: scratch, server: server))
        }
    }

    private var environment: [String: String] { ["VIGO_ADMIN_SOCKET": server.socket] }
    private func words(_ line: String) -> [String] {
        ["secrets"] + line.split(separator: " ").map(String.init) + ["--secrets-dir", scratch.places.directory]
    }

    /// On a terminal, as a person runs it.
    func terminal(_ line: String, environment more: [String: String] = [:]) throws -> TerminalProgram {
        try TerminalProgram(
            Lab.program("vigocli"),
            words(line),
            environment: environment.merging(more) { $1 },
            columns: 200
        )
    }

    /// Without any terminal, as a script of cron's does.
    @discardableResult
    func run(_ line: String, input: String? = nil) throws -> Command {
        try Command.run(
            URL(filePath: "/usr/bin/setsid"),
            ["--wait", Lab.program("vigocli").path] + words(line),
            environment: environment,
            input: input
        )
    }

    /// Answers prompts in order, and returns all that was shown, line ends as a text has them.
    func converse(_ line: String, _ answers: [(prompt: String, typed: String)], status: Int32 = 0) async throws
        -> String
    {
        let terminal = try terminal(line)
        var seen = 0
        for (prompt, typed) in answers {
            try await terminal.expect(prompt, after: seen)
            seen = terminal.screen.utf8.count
            terminal.type(typed + "\n")
        }
        let ended = try await terminal.exitStatus()
        let shown = terminal.everything.replacing("\r\n", with: "\n")
        guard ended == status else {
            throw NeverHappened(description: "secrets \(line) ended with \(ended): \(shown.debugDescription)")
        }
        return shown
    }

    /// The gate open, the passphrase set, without typing.
    func unlock() throws {
        _ = try scratch.unlocked()
        // The program has the real clock.
        try GuardedFile.write(UnlockGate(usedAt: Int64(time(nil))).sentinel, to: scratch.places.sentinel)
    }
}

extension TerminalProgram {
    /// Prompts repeat: one that was answered does not count again.
    func expect(_ text: String, after seen: Int) async throws {
        try await eventually("\(text.debugDescription) on the screen", else: { self.screen.debugDescription }) {
            String(decoding: Array(self.screen.utf8).dropFirst(seen), as: UTF8.self).contains(text)
        }
    }

    /// What it showed until its end, the last words included.
    var everything: String {
        var shown = screen
        while waitForMore(than: totalReceived), screen != shown { shown = screen }
        return shown
    }
}
