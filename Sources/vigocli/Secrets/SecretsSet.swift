import ArgumentParser

struct SecretsSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store a secret.",
        subcommands: [SecretsSetRaw.self, SecretsSetPassword.self]
    )
}
