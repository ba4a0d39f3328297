import ArgumentParser
import Operator

struct SecretsLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Have the vault's commands refuse to work until it is unlocked again."
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        print(try vault.begin().close() ? "Vault locked." : "The vault was locked already.")
    }
}
