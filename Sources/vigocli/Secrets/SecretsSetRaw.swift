import ArgumentParser
import Operator
import Trust

struct SecretsSetRaw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raw",
        abstract: "Store a value as it is, byte for byte.",
        discussion: """
            From a file, from a pipe on stdin, or typed without an echo; never from the command line, where others could see \
            it. A newline at the end of a file or a pipe is part of the value.

            EXAMPLES
              vigocli secrets set raw app/database
              vigocli secrets set raw tls/key --from-file server.key
              printf %s "$value" | vigocli secrets set raw app/token
            """
    )

    @Argument(help: "The secret's name, such as app/database.")
    var key: SecretKey

    @Option(help: ArgumentHelp("A file with the value; - is stdin.", valueName: "path"), completion: .file())
    var fromFile: String?

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let value = try value()
        try await VaultFinder(lock.places).with { try await $0.put(key, value) }
        print("Stored \(key).")
    }

    private func value() throws -> Secret {
        if let fromFile { return try SecretInput.read(file: fromFile) }
        if let piped = try SecretInput.readPiped() { return piped }
        let value = try ControllingTerminal(for: "typing a value").askHidden("Enter value: ")
        guard value.count > 0 else { throw OperatorError("nothing was typed; nothing was stored") }
        return value
    }
}
