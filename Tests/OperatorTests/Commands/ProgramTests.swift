import ArgumentParser
import Foundation
import Lab
import Testing

@testable import vigocli

/// vigocli as it is run: what it prints where, and what it exits with.
@Suite(.serialized) struct ProgramTests {
    private static let nowhere = "/nonexistent/admin.sock"

    private func vigocli(_ words: [String], environment: [String: String] = [:]) throws -> Command {
        try Command.run(
            Lab.program("vigocli"),
            words,
            environment: ["VIGO_ADMIN_SOCKET": Self.nowhere].merging(environment) { $1 }
        )
    }

    /// No program of ours shows its insides, whatever it was given.
    private func expectNoInsides(_ result: Command, _ what: String) {
        for word in ["Fatal error", ".swift:", "Swift.", "Optional(", "Error Domain", "stack trace", "Backtrace"] {
            #expect(!(result.output + result.errors).contains(word), "\(what): \(result.output)\(result.errors)")
        }
    }

    @Test(arguments: CommandTree.all) func `every command explains itself on stdout`(command: CommandTree.Command)
        throws
    {
        for option in ["--help", "-h"] {
            let help = try vigocli(command.words + [option])
            #expect(help.status == 0 && help.errors.isEmpty)
            #expect(help.output.contains("USAGE: \((["vigocli"] + command.words).joined(separator: " "))"))
            // The usage is one line, however many options there are.
            let lines = help.output.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
            #expect(lines.allSatisfy { $0.utf8.count <= 160 })
        }
        let words = command.words.isEmpty ? ["help"] : ["help"] + command.words
        #expect(try vigocli(words).output == vigocli(command.words + ["--help"]).output)
    }

    @Test(arguments: CommandTree.all) func `an option that does not exist is refused on stderr`(
        command: CommandTree.Command
    )
        throws
    {
        let refused = try vigocli(command.words + CommandTree.words(for: command) + ["--nonsense"])
        #expect(refused.status == (command.opensSession ? 255 : 64))
        #expect(refused.output.isEmpty)
        #expect(refused.errors.hasPrefix("Error: ") && refused.errors.contains("nonsense"), "\(refused.errors)")
        #expect(refused.errors.contains("--help"), "\(refused.errors)")
        expectNoInsides(refused, command.name)
    }

    @Test(arguments: CommandTree.verbs) func `too many words, and odd ones, are refused or answered with a sentence`(
        command: CommandTree.Command
    ) throws {
        let words = CommandTree.words(for: command) + ["one", "too", "many"]
        let refused = try vigocli(command.words + words)
        #expect(refused.status == (command.opensSession ? 255 : 64), "\(refused)")
        #expect(refused.output.isEmpty && !refused.errors.isEmpty)
        for odd in ["", "\u{1b}[2J", "../../x", String(repeating: "x", count: 5000), "%00", "-", "--"] {
            // Those work on this machine's own vault, and would begin to.
            if odd == "--", command.words.first == "secrets" { continue }
            let result = try vigocli(command.words + [odd])
            #expect(result.status != 0 || command.words == ["config", "show"] || odd == "--", "\(odd): \(result)")
            #expect(!result.errors.contains("\u{1b}") && !result.output.contains("\u{1b}"), "\(odd.debugDescription)")
            expectNoInsides(result, "\(command.name) \(odd.prefix(20))")
        }
    }

    @Test func `the samples cover every verb`() {
        #expect(Set(CommandTree.verbs.map(\.name)) == Set(CommandTree.samples.keys).union(CommandTree.others.keys))
    }

    @Test(arguments: CommandTree.samples.keys.sorted()) func `without a server every verb says so, in one line`(
        name: String
    )
        throws
    {
        let words = name.split(separator: " ").map(String.init) + CommandTree.samples[name]!
        let refused = try vigocli(words)
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.errors == "vigocli: no server listens at \(Self.nowhere): is vigosrv running?\n")
        let elsewhere = try vigocli(
            words,
            environment: ["VIGO_ADMIN_SOCKET": "", "VIGO_SERVER": "https://127.0.0.1:1", "VIGO_TOKEN": "x"]
        )
        #expect(elsewhere.status == 1 && elsewhere.output.isEmpty)
        #expect(elsewhere.errors.hasPrefix("vigocli: ") && elsewhere.errors.contains("https://127.0.0.1:1"))
        #expect(elsewhere.errors.split(separator: "\n").count == 1, "\(elsewhere.errors)")
    }

    @Test func `with nothing known of a server it says what to do`() throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let refused = try vigocli(
            ["status"],
            environment: ["VIGO_ADMIN_SOCKET": "", "HOME": home, "XDG_CONFIG_HOME": ""]
        )
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(
            refused.errors.contains("VIGO_SERVER") || refused.errors.contains("config set-server"),
            "\(refused.errors)"
        )
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `a completion script is what the parser writes`(shell: String) throws
    {
        let script = try vigocli(["completion", shell])
        #expect(script.status == 0 && script.errors.isEmpty)
        #expect(try script.output == vigocli(["--generate-completion-script", shell]).output)
    }

    @Test func `bash completes commands by the script`() throws {
        let script = try vigocli(["completion", "bash"]).output
        let file = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID().uuidString).bash")
        try script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        func complete(_ words: [String]) throws -> [Substring] {
            let list = words.map { "'\($0)'" }.joined(separator: " ")
            let line = """
                . '\(file.path)'; COMP_WORDS=(vigocli \(list)); COMP_CWORD=\(words.count); COMP_LINE="vigocli \(words.joined(separator: " "))"
                COMP_POINT=${#COMP_LINE}; function=$(complete -p vigocli | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
                "$function" vigocli '\(words.last ?? "")' '\(words.dropLast().last ?? "vigocli")'; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let answer = try Command.run(
                URL(filePath: "/bin/bash"),
                ["--norc", "-c", line],
                environment: ["PATH": "\(Lab.programs.path):/usr/bin:/bin"]
            )
            #expect(answer.errors.isEmpty, "\(answer.errors)")
            return answer.output.split(separator: "\n")
        }
        #expect(try complete(["sc"]) == ["scrier"])
        #expect(try complete(["scrier", "te"]) == ["terminate"])
        #expect(try complete(["envoys", "list", "--sta"]).contains("--status"))
        #expect(
            try Set(complete(["envoys", "list", "--status", ""])).isSuperset(of: ["active", "pending", "revoked"])
        )
    }

    @Test func `completion without a shell says where each one looks`() throws {
        let places = try vigocli(["completion"])
        #expect(places.status == 0)
        for shell in ["bash", "zsh", "fish"] { #expect(places.output.contains("vigocli completion \(shell)")) }
        #expect(try vigocli(["completion", "tcsh"]).status == 64)
    }
}
