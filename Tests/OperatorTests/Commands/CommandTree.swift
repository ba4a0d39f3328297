import ArgumentParser
import Testing

@testable import vigocli

/// Every command of vigocli with the words that lead to it.
enum CommandTree {
    struct Command: CustomTestStringConvertible, Sendable {
        let words: [String]
        let type: any ParsableCommand.Type

        var isGroup: Bool { !type.configuration.subcommands.isEmpty }
        var opensSession: Bool { words.first == "scrier" && ["ssh", "connect", "attach"].contains(words.last) }
        var name: String { words.joined(separator: " ") }
        var testDescription: String { name.isEmpty ? "vigocli" : name }
    }

    static let all = look(Vigocli.self, [])
    static let verbs = all.filter { !$0.isGroup }

    private static func look(_ type: any ParsableCommand.Type, _ words: [String]) -> [Command] {
        [Command(words: words, type: type)]
            + type.configuration.subcommands.flatMap { look($0, words + [$0._commandName]) }
    }

    /// For each verb that asks a server, words that make sense behind it.
    static let samples: [String: [String]] = [
        "scrier sessions": [], "scrier terminate": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier recordings list": [], "scrier recordings show": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier recordings search": ["word"], "scrier recordings delete": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "envoys list": [], "envoys show": ["web"], "envoys approve": ["web"], "envoys revoke": ["web"],
        "envoys delete": ["web"], "envoys rebootstrap": ["web"],
        "tokens generate": ["--pattern", "web"], "tokens list": [], "tokens revoke": ["x"],
        "approved add": ["*.x"], "approved list": [], "approved remove": ["*.x"],
        "webusers create": ["--username", "eve", "--role", "viewer"], "webusers list": [],
        "webusers delete": ["--username", "eve"], "webusers update": ["--username", "eve", "--role", "viewer"],
        "logins list": [], "logins end": ["--username", "eve"],
        "apitokens create": ["--username", "eve", "--name", "x"], "apitokens list": [], "apitokens revoke": ["x"],
        "plugins list": [], "plugins show": ["ssh"], "audit export": [], "audit verify": [], "whoami": [], "status": [],
    ]
    /// The same for verbs that ask none, or need a terminal first.
    static let others: [String: [String]] = [
        "scrier attach": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier watch": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier recordings play": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier recordings export": ["63dfa092-5262-44ac-b04b-1533c709ab42"],
        "scrier ssh": ["web"], "scrier connect": ["--protocol", "echo", "web"], "config set-server": ["https://vigo"],
        "config show": [], "completion": [],
        "secrets init": [], "secrets generate-certs": [], "secrets unlock": [], "secrets lock": [],
        "secrets rotate": [],
        "secrets reset": [], "secrets set raw": ["a/b"], "secrets set password": ["a/b"], "secrets reveal": ["a/b"],
        "secrets delete": ["a/b"], "secrets list": [], "secrets export": ["--output", "/nowhere/x"],
        "secrets import": ["--input", "/nowhere/x"], "secrets verify": [], "secrets rotate-key": [],
        "secrets status": [],
    ]

    static func words(for command: Command) -> [String] { samples[command.name] ?? others[command.name] ?? [] }
}
