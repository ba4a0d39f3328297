import ArgumentParser
import Host
import Wire

@main
struct VigoServer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigosrv",
        abstract: "The Vigo Scrier server.",
        version: Release.version,
        subcommands: [RunCommand.self, CheckCommand.self, VaultCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
