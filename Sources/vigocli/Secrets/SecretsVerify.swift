import ArgumentParser
import Operator
import Wire

struct SecretsVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Open every secret once, and name what is damaged or out of place.",
        discussion: "Exits with 1 when something is found."
    )

    @OptionGroup var vault: VaultOptions
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let problems = try await VaultFinder(lock.places).with { try await $0.verify(freshly: false) }
        try listing.show(problems, ["NAME", "PROBLEM"], none: "Every secret is whole and in its place.") {
            [Shown.text($0.name), Shown.text($0.problem)]
        }
        if !problems.isEmpty { throw ExitCode.failure }
    }
}
