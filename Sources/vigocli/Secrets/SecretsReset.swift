import ArgumentParser
import Operator

struct SecretsReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Replace an unlock passphrase that is lost.",
        discussion: "For whoever can read the master key, which the passphrase could not keep from anything."
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginWithKey()
        try VaultSetup(lock, try ControllingTerminal(for: "secrets reset")).reset()
    }
}
