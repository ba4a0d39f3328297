import ArgumentParser
import Operator
import Wire

struct ScrierSSH: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh",
        abstract: "Open a shell on an envoy.",
        discussion: """
            You land as the user whose ~/.ssh/authorized_keys on the envoy holds your public key. That key is taken from \
            --ssh-key-file, else the key of the SSH login that you are in ($SSH_USER_AUTH), else ~/.ssh/id_ed25519.pub \
            or id_rsa.pub of the user who logged in, else of $SUDO_USER.

            At the beginning of a line, ~. ends the session and ~? lists what else there is.

            The exit code is the remote shell's, 128+n for a signal, and 255 when the session could not be set up or was lost.

            EXAMPLES
              vigocli scrier ssh web-01
              vigocli scrier ssh web-01 --login deploy --timeout 2m
              vigocli scrier ssh web-01 --ssh-key-file ~/.ssh/work.pub
            """
    )

    @OptionGroup var session: SessionOptions

    @Option(
        help: ArgumentHelp("Your public key, where it is not found by itself.", valueName: "path"),
        completion: .file()
    )
    var sshKeyFile: String?

    @Option(help: ArgumentHelp("The user to land as, where several hold your key.", valueName: "name"))
    var login: String?

    func run() async throws {
        try SystemTerminal.insist()
        let environment = Environment.current
        let key = try KeyDiscovery.system(environment: environment).find(file: sshKeyFile)
        try await open(
            ConnectRequest(
                envoyID: session.envoy,
                protocolName: "ssh",
                port: session.port,
                sshPublicKey: key.description,
                login: login,
                parameters: environment["TERM"].map { ["term": $0] },
                withoutRecording: session.withoutRecording ? true : nil,
                reason: session.reason
            ),
            wait: session.timeout
        )
    }
}
