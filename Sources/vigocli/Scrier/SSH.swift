import ArgumentParser
import Foundation
import Operator
import Wire

extension Scrier {
    struct SSH: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ssh",
            abstract: "Open a shell on an envoy.",
            discussion: """
                The session lands in the account of the envoy whose authorized_keys holds your public key. The exit status \
                is the remote shell's (128+n for a signal), or 255 when the session could not be set up or was lost.
                """
        )

        @Argument(help: "Hostname or UUID of the envoy.")
        var envoy: String

        @Option(help: ArgumentHelp("How long to wait for the session.", valueName: "duration"), transform: Seconds.init)
        var timeout = Seconds(30)

        @Option(help: ArgumentHelp("Your public key; else it is looked for.", valueName: "path"))
        var sshKeyFile: String?

        @Option(help: "The port of the envoy's sshd, one that is allowed.")
        var port: Int?

        @Option(help: ArgumentHelp("Which of several accounts that hold your key.", valueName: "user"))
        var login: String?

        mutating func run() async throws {
            let (file, request) = (
                sshKeyFile, ConnectRequest(envoyID: envoy, protocolName: "ssh", port: port, login: login)
            )
            try await InteractiveSession.run(timeout: timeout) {
                var request = request
                let environment = ProcessInfo.processInfo.environment
                request.sshPublicKey = try KeyDiscovery.system(environment: environment).find(file: file).openSSH
                if let term = environment["TERM"], !term.isEmpty { request.parameters = ["term": term] }
                return request
            }
        }
    }
}
