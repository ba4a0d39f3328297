package import Trust

/// An archive's passphrase where nobody is there to type it.
package enum PassphraseFile {
    /// An archive leaves the machine: whoever has it may guess for years.
    package static let shortest = 12

    /// The first line.
    package static func read(_ path: String) throws(OperatorError) -> Secret {
        guard let text = try GuardedFile.readKey(path, upTo: 4096) else {
            throw OperatorError("\(path) is not there")
        }
        return text.withBytes { Secret($0.prefix { $0 != UInt8(ascii: "\n") }) }
    }

    package static func checkStrength(_ passphrase: Secret) throws(OperatorError) {
        guard passphrase.count >= shortest else {
            throw OperatorError("an archive's passphrase has at least \(shortest) characters; nothing was written")
        }
    }
}

extension Prompter {
    package func askArchivePassphrase() throws(OperatorError) -> Secret {
        try askNewPassphrase("Enter archive passphrase: ", check: PassphraseFile.checkStrength)
    }

    /// A good password, typed twice.
    package func askPassword() throws(OperatorError) -> Secret {
        let password = try askHidden("Enter password: ")
        // As for passphrases: before it is typed again in vain.
        try PasswordRules.check(password)
        guard password.matches(try askHidden("Confirm password: ")) else {
            throw OperatorError("the password was not typed twice alike; nothing was stored")
        }
        return password
    }
}
