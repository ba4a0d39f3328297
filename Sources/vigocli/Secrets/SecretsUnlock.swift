import ArgumentParser
import Operator

struct SecretsUnlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Let the vault's commands work; 24 hours after the last one they stop.",
        discussion: """
            Wrong passphrases make you wait before the next attempt, at most half a minute. A passphrase that is lost can be \
            replaced by “vigocli secrets reset”.
            """
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.begin()
        try VaultSetup(lock, try ControllingTerminal(for: "secrets unlock")).unlock()
    }
}
