import ArgumentParser
import Operator

struct SecretsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Store the secrets of an archive.",
        discussion: """
            The whole archive is read and checked before the first secret is stored. Where one of its names is taken, nothing \
            is stored, unless --force says to replace.

            EXAMPLES
              vigocli secrets import --input /root/vault-2026-05.archive
            """
    )

    @Option(help: ArgumentHelp("The file to read.", valueName: "path"), completion: .file())
    var input: String

    @Flag(help: "Replace secrets that are there.")
    var force = false

    @OptionGroup var archive: ArchiveOptions
    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let passphrase = try archive.passphrase()
        let count = try await VaultFinder(lock.places).with {
            try await SecretsImporter($0).run(from: input, passphrase: passphrase, replacing: force)
        }
        print("\(count == 1 ? "1 secret" : "\(count) secrets") stored.")
    }
}
