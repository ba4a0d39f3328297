import ArgumentParser

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Where the server is, and who you are to it.",
        discussion: """
            First found, first taken:
              1. VIGO_ADMIN_SOCKET      the socket of a server on this machine
              2. VIGO_SERVER            https://name[:8443], with VIGO_TOKEN
              3. ~/.config/vigo/config  lines “server = …”, “token = …”, “ca_file = …”
              4. /run/vigo/admin.sock   for root on the server itself

            VIGO_TOKEN replaces the file's token, VIGO_CA_FILE its ca_file: the CA that signed the server's certificate, where \
            the system does not know it. The file's mode must be 0600.
            """,
        subcommands: [ConfigSetServer.self, ConfigShow.self]
    )
}
