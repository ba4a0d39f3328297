import ArgumentParser
import Operator
import Trust

struct SecretsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove a secret.")

    @Argument(help: "The secret's name.")
    var key: SecretKey

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        try await VaultFinder(lock.places).with { try await $0.delete(key) }
        print("Deleted \(key).")
    }
}
