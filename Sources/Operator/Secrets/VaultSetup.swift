import Glibc
import Trust

/// The commands that need no unlocked vault: making it, and everything about its passphrase.
package struct VaultSetup {
    private let places: VaultPlaces
    private let lock: VaultLock
    private let prompter: any Prompter

    package init(_ lock: VaultLock, _ prompter: any Prompter) {
        self.lock = lock
        self.prompter = prompter
        places = lock.places
    }

    /// Makes what is not there yet.
    package func initialize(_ settings: VaultSettings) throws(OperatorError) {
        let (hasKey, hasVerifier) = (GuardedFile.exists(places.keyFile), lock.hasVerifier)
        guard !hasKey || !hasVerifier else {
            throw OperatorError(
                "the vault is set up already: \(places.keyFile) and \(places.verifier) are there; `vigocli secrets rotate` changes the passphrase",
                code: "set_up"
            )
        }
        try SecretsDirectory(path: places.directory).prepare(group: settings.workerGroup)
        if !hasKey, settings.needsMasterKey { try makeKey() }
        if hasVerifier {
            prompter.say("  The unlock passphrase stays as it is: \(places.verifier) is there.")
        } else {
            try askFirstPassphrase()
        }
        if !hasKey, !settings.needsMasterKey {
            prompter.say("  \(places.keyFile) is not there yet: the backend's credentials belong into it (mode 0600).")
        }
        prompter.say("  Run `vigocli secrets unlock` to open the vault.")
    }

    private func makeKey() throws(OperatorError) {
        if SecretsDirectory(path: places.directory).holdsSecrets {
            prompter.say(
                "  \(places.directory) holds secrets that were sealed with another master key: this one cannot open them."
            )
        }
        try GuardedFile.write(MasterKeyFile.make(), to: places.keyFile)
        prompter.say("  Master key written to \(places.keyFile) (mode 0600).")
        prompter.say("  Keep this file safe — losing it means losing access to all encrypted secrets.")
        prompter.say("")
    }

    private func askFirstPassphrase() throws(OperatorError) {
        prompter.say("  Set the unlock passphrase for this vault.")
        prompter.say(
            "  This passphrase gates every `vigocli secrets` command except init/generate-certs/unlock/lock/rotate/reset."
        )
        try lock.set(try prompter.askNewPassphrase("Enter unlock passphrase: "))
        prompter.say("  Unlock verifier written to \(places.verifier).")
    }

    package func unlock() throws(OperatorError) {
        try insistOnVerifier()
        try lock.check(try prompter.askHidden("Enter unlock passphrase: "))
        try lock.open()
        prompter.say("Vault unlocked. Idle timeout: 24h0m0s.")
    }

    package func rotate() throws(OperatorError) {
        try insistOnVerifier()
        try lock.check(try prompter.askHidden("Enter current passphrase: "))
        try lock.set(try prompter.askNewPassphrase("Enter new passphrase: "))
        prompter.say("  Passphrase rotated. Run `vigocli secrets unlock` with the new passphrase.")
    }

    /// For who has lost the passphrase: whoever can read the master key has no need of it anyway.
    package func reset() throws(OperatorError) {
        guard try MasterKeyFile.read(places.keyFile) != nil else {
            let key = places.hasMasterKey ? "the master key" : "the backend's credentials"
            throw OperatorError(
                "\(places.keyFile) is not there: only who can read \(key) may replace the passphrase",
                code: "no_key"
            )
        }
        prompter.say("  This will replace the unlock passphrase without verifying the old one.")
        guard try prompter.ask("  Type RESET to proceed: ") == "RESET" else {
            throw OperatorError("nothing was changed: RESET was not typed")
        }
        try lock.set(try prompter.askNewPassphrase("Enter new passphrase: "))
        prompter.say("  Passphrase reset. Run `vigocli secrets unlock` with the new passphrase.")
    }

    /// Before anybody types a passphrase in vain.
    private func insistOnVerifier() throws(OperatorError) {
        guard !lock.hasVerifier else { return }
        throw OperatorError(
            "\(places.verifier) is not there, so there is no unlock passphrase yet: run `vigocli secrets init`",
            code: "not_set_up"
        )
    }
}
