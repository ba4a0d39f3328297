import ArgumentParser
import Operator
import Trust

/// Where an archive's passphrase comes from.
struct ArchiveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the passphrase, yours alone to read; its first line counts (default: it is asked for).",
            valueName: "path"
        ),
        completion: .file()
    )
    var passphraseFile: String?

    func passphrase() throws -> Secret {
        if let passphraseFile { return try PassphraseFile.read(passphraseFile) }
        return try ControllingTerminal(for: "typing a passphrase").askHidden("Enter archive passphrase: ")
    }

    func newPassphrase() throws -> Secret {
        let passphrase =
            if let passphraseFile {
                try PassphraseFile.read(passphraseFile)
            } else {
                try ControllingTerminal(for: "typing a passphrase").askArchivePassphrase()
            }
        try PassphraseFile.checkStrength(passphrase)
        return passphrase
    }
}
