import ArgumentParser
import Operator

struct SecretsInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the master key, and set the unlock passphrase.",
        discussion:
            "What is there already stays: a vault from before there were passphrases gets one, and keeps its key."
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.begin()
        let settings = try VaultSettings.read(lock.places)
        try VaultSetup(lock.with(settings), try ControllingTerminal(for: "secrets init")).initialize(settings)
    }
}
