import ArgumentParser
import Glibc
import Operator
import Wire

@main
struct Program {
    static func main() async {
        do {
            var command = try Vigocli.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as OperatorError {
            Standard.error("vigocli: \(error)")
            Glibc.exit(EXIT_FAILURE)
        } catch {
            Vigocli.exit(withError: error)
        }
    }
}

struct Vigocli: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigocli",
        abstract: "The operator's command line of a Vigo server.",
        discussion: """
            The server is the one in VIGO_SERVER and VIGO_TOKEN, or in ~/.config/vigo/config (server, token, ca_file); \
            on the server's own machine, as root, its admin socket.
            """,
        version: Release.version,
        subcommands: [
            Scrier.self, Envoys.self, Tokens.self, Approved.self, Plugins.self, Audit.self, WebUsers.self,
            APITokens.self, Status.self, WhoAmICommand.self,
        ]
    )
}
