import ArgumentParser
import Wire

/// The operator's command line.
struct Vigocli: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigocli",
        abstract: "Reach the hosts of a Vigo server, and look after the server.",
        discussion: """
            The server is found by VIGO_SERVER, VIGO_TOKEN and VIGO_CA_FILE, then by ~/.config/vigo/config \
            (see “vigocli config --help”), then, for root on the server itself, by the socket /run/vigo/admin.sock.

            EXAMPLES
              vigocli scrier ssh web-01
              vigocli envoys list --output json
              vigocli completion bash > /etc/bash_completion.d/vigocli
            """,
        version: "vigocli \(Release.version)",
        subcommands: [
            Scrier.self, Envoys.self, Tokens.self, Approved.self, WebUsers.self, APITokens.self, Logins.self,
            Plugins.self,
            Secrets.self, Audit.self, Config.self, WhoAmICommand.self, StatusCommand.self, Completion.self,
        ]
    )
}
