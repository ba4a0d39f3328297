import ArgumentParser

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Where the server is, and who you are to it.",
        discussion: """
            First found, first taken:
              1. VIGO_ADMIN_SOCKET           the socket of a server on this machine
              2. VIGO_SERVER                 https://name[:8443], with VIGO_TOKEN and, for a private CA, VIGO_CA_FILE
              3. ~/.config/vigo/config       lines of “server = …”, “token = …”, “ca_file = …”; mode 0600
              4. /run/vigo/admin.sock        for root on the server itself
            VIGO_TOKEN and VIGO_CA_FILE also replace what the file says.
            """,
        subcommands: [ConfigSetServer.self, ConfigShow.self]
    )
}
