import ArgumentParser

struct Plugins: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The protocols that the server speaks.",
        subcommands: [PluginsList.self, PluginsShow.self]
    )
}
