import ArgumentParser
import Operator

struct SecretsRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Change the unlock passphrase, and lock the vault.",
        discussion: "The master key stays; “vigocli secrets rotate-key” changes that."
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.begin()
        try VaultSetup(lock, try ControllingTerminal(for: "secrets rotate")).rotate()
    }
}
