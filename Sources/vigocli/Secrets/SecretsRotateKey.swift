import ArgumentParser
import Operator

struct SecretsRotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Replace the master key, and seal every secret anew.",
        discussion: """
            May be interrupted at any moment, by a power cut too: the next run goes on where it ended, and the vault works in \
            between. “vigocli secrets rotate” changes the unlock passphrase.
            """
    )

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginWithKey()
        try lock.requireOpen()
        try await VaultFinder(lock.places).with { access in
            try await KeyRotation(lock.places, access, say: { print($0) }).run()
        }
    }
}
