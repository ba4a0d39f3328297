import ArgumentParser
import Operator

struct SecretsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all secrets into an archive, encrypted under a passphrase.",
        discussion: """
            The archive opens on any machine with “vigocli secrets import” and the passphrase; the master key is not in it. \
            Each secret that goes out is a record in the audit log.

            EXAMPLES
              vigocli secrets export --output /root/vault-2026-05.archive
            """
    )

    @Option(help: ArgumentHelp("The file to write.", valueName: "path"), completion: .file())
    var output: String

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var archive: ArchiveOptions
    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let passphrase = try archive.newPassphrase()
        let count = try await VaultFinder(lock.places).with {
            try await SecretsExporter($0).export(to: output, passphrase: passphrase, replacing: force)
        }
        print("\(count == 1 ? "1 secret" : "\(count) secrets") written to \(Shown.text(output)).")
    }
}
