import Agent
import ArgumentParser

/// Options of every command; they may stand before its name or behind it.
struct GlobalOptions: ParsableArguments {
    @Option(help: "The directory that holds who this envoy is.")
    var configDir = AgentDirectories.standardConfig

    @Option(help: "The directory that holds what the agent remembers.")
    var stateDir = AgentDirectories.standardState

    var directories: AgentDirectories { AgentDirectories(config: configDir, state: stateDir) }

    func validate() throws {
        for (name, directory) in [("--config-dir", configDir), ("--state-dir", stateDir)] where directory.isEmpty {
            throw ValidationError("\(name) names no directory.")
        }
    }

    /// The arguments with those that stand before the command's name moved behind it, where the parser looks.
    static func behindSubcommand(_ arguments: [String]) throws -> [String] {
        let names = ["--config-dir", "--state-dir"]
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if names.contains(first), rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if names.contains(where: { first.hasPrefix($0 + "=") }) {
                leading.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        if let last = rest.first, names.contains(last) { throw ValidationError("Missing value for '\(last)'") }
        guard let command = rest.first else {
            guard leading.isEmpty else {
                throw ValidationError("Missing command: register, run, status, secrets or version")
            }
            return arguments
        }
        guard !command.hasPrefix("-") else { return arguments }
        return [command] + leading + rest.dropFirst()
    }
}
