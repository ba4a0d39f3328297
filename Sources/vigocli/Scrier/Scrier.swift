import ArgumentParser

struct Scrier: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sessions on envoys.",
        subcommands: [SSH.self, Connect.self, Sessions.self, Terminate.self]
    )
}
