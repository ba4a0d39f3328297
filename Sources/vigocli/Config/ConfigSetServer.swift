import ArgumentParser
import Glibc
import Operator

struct ConfigSetServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-server",
        abstract: "Write ~/.config/vigo/config.",
        discussion: """
            The token is asked for, or read from stdin with --token-stdin: as an argument others could see it.

            EXAMPLES
              vigocli config set-server https://vigo.example.com:8443
              vigocli config set-server https://10.0.0.5:8443 --ca-file ~/ca.pem
              vigocli config set-server https://10.0.0.5:8443 --token-stdin < token
            """
    )

    @Argument(help: ArgumentHelp("https://name[:8443]", valueName: "url"))
    var url: String

    @Option(
        help: ArgumentHelp(
            "The CA that signed the server's certificate, where the system does not know it.",
            valueName: "path"
        ),
        completion: .file()
    )
    var caFile: String?

    @Flag(help: "Read the token from stdin.")
    var tokenStdin = false

    func run() async throws {
        let token = tokenStdin ? readLine() : getpass("API token: ").map { String(cString: $0) }
        let file = try ConfigurationFile(server: url, token: token, caFile: caFile)
        let path = try file.write(environment: Environment.current)
        print("Written to \(Shown.text(path)). “vigocli whoami” tries it.")
    }
}
