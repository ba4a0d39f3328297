import ArgumentParser

struct Tokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One-time tokens by which a host may enroll.",
        subcommands: [TokensGenerate.self, TokensList.self, TokensRevoke.self]
    )
}
