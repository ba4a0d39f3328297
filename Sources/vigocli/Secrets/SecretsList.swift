import ArgumentParser
import Operator
import Wire

struct SecretsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the names of the secrets, never their values."
    )

    @Option(help: ArgumentHelp("Only names that begin so.", valueName: "text"))
    var prefix = ""

    @OptionGroup var vault: VaultOptions
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let keys = try await VaultFinder(lock.places).with { try await $0.list(prefix: prefix) }
        switch listing.output {
        case .json: print(try Shown.json(keys.map { SecretName(key: $0.description) }))
        case .table: for key in keys { print(key) }
        }
        if keys.isEmpty, listing.output == .table { Notice.print("There are no secrets.") }
    }
}
