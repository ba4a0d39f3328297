import ArgumentParser
import Glibc
import Operator

struct SecretsGenerateCerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-certs",
        abstract: "Make a CA and a server certificate (ECDSA P-256) where vigosrv finds them.",
        discussion: """
            Writes ca, ca_key, cert and key, in PEM. localhost, 127.0.0.1 and this machine's hostname are always among the \
            certificate's names. A server that starts without them makes its own.

            EXAMPLES
              vigocli secrets generate-certs --san vigo.example.com --san 10.0.0.5
            """
    )

    @Option(help: ArgumentHelp("Where they go.", valueName: "path"), completion: .directory)
    var tlsDir = VaultPlaces.usualTLSDirectory

    @Option(
        name: .long,
        parsing: .singleValue,
        help: ArgumentHelp("A name or address of the server; may be repeated.", valueName: "name")
    )
    var san: [String] = []

    @Option(help: ArgumentHelp("How long the CA is good for.", valueName: "days"))
    var caDays = 3650

    @Option(help: ArgumentHelp("How long the server's certificate is good for.", valueName: "days"))
    var serverDays = 365

    @Flag(help: "Replace what is there; agents that trust the old CA must enroll again.")
    var force = false

    @OptionGroup var vault: VaultOptions

    func validate() throws {
        for (name, days) in [("--ca-days", caDays), ("--server-days", serverDays)]
        where !CertificateSet.days.contains(days) {
            throw ValidationError("\(name): a number from 1 to \(CertificateSet.days.upperBound) was expected")
        }
    }

    func run() async throws {
        ProcessPrivacy.begin()
        let certificates = try CertificateSet(
            directory: tlsDir,
            names: san,
            hostname: CertificateSet.hostname,
            caDays: caDays,
            serverDays: serverDays
        )
        for line in try certificates.write(replacing: force) { print(line) }
    }
}
