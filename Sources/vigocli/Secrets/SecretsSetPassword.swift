import ArgumentParser
import Operator
import Trust

struct SecretsSetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Store a password that is typed twice, without an echo.",
        discussion: """
            At least 12 characters, among them an upper-case letter, a lower-case letter, a digit and a special character. \
            vigo/web/auth/<username> is what that user signs in with.

            EXAMPLES
              vigocli secrets set password vigo/web/auth/dan
            """
    )

    @Argument(help: "The secret's name, such as vigo/web/auth/dan.")
    var key: SecretKey

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let password = try ControllingTerminal(for: "secrets set password").askPassword()
        try await VaultFinder(lock.places).with { try await $0.put(key, password) }
        print("Stored \(key).")
    }
}
