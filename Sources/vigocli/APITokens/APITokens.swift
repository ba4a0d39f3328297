import ArgumentParser

struct APITokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apitokens",
        abstract: "Tokens by which users and programs sign in.",
        subcommands: [APITokensCreate.self, APITokensList.self, APITokensRevoke.self]
    )
}
