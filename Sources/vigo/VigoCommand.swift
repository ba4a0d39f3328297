import Agent
import ArgumentParser

struct VigoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigo",
        abstract: "The agent that makes this machine an envoy of a Vigo server.",
        discussion: "--config-dir and --state-dir may stand before the subcommand or behind it.",
        version: AgentVersion.current,
        subcommands: [
            RegisterCommand.self, RunCommand.self, StatusCommand.self, SecretsCommand.self, VersionCommand.self,
        ]
    )

    static func start(with arguments: [String]) async {
        do { await main(try GlobalOptions.behindSubcommand(arguments)) } catch { exit(withError: error) }
    }
}
