import ArgumentParser
import Glibc
import Operator
import Trust

struct SecretsReveal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal",
        abstract: "Print a secret's value.",
        discussion: """
            The audit log says who did it before the value is here; without an audit log that can be written to, it is \
            refused. Into a pipe or a file go the value's bytes and nothing else; on a terminal a newline follows.
            """
    )

    @Argument(help: "The secret's name.")
    var key: SecretKey

    @OptionGroup var vault: VaultOptions

    func run() async throws {
        let lock = try vault.beginUnlocked()
        let value = try await VaultFinder(lock.places).with { try await $0.reveal(key) }
        value.withBytes { bytes in
            StandardOutput.write(bytes)
            if isatty(STDOUT_FILENO) == 1, bytes.last != UInt8(ascii: "\n") {
                [UInt8(ascii: "\n")].withUnsafeBytes { _ = StandardOutput.write($0) }
            }
        }
    }
}
