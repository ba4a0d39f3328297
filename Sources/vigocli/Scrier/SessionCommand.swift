import ArgumentParser
import Glibc
import Operator
import Wire

/// A command that turns the terminal into a session's.
protocol SessionCommand: AsyncParsableCommand {}

/// What every session takes.
struct SessionOptions: ParsableArguments {
    @Argument(help: "The envoy's hostname or UUID.")
    var envoy: String

    @Option(
        help: ArgumentHelp(
            "How long to wait for the session to become ready, such as 45s or 2m (default: 30s).",
            valueName: "duration"
        ),
        transform: WaitTime.init(parsing:)
    )
    var timeout = WaitTime.standard

    @Option(help: ArgumentHelp("A port of the envoy's loopback other than the protocol's own.", valueName: "port"))
    var port: Int?

    @Flag(help: "Open it without the recording that every session has; needs --reason, and the audit log says so.")
    var withoutRecording = false

    @Option(help: ArgumentHelp("Why there is no recording.", valueName: "text"))
    var reason: String?

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("--port: \(port) is no port (1 to 65535)") }
        if withoutRecording, reason?.isEmpty != false {
            throw ValidationError("--without-recording needs --reason, which the audit log keeps")
        }
        if reason != nil, !withoutRecording { throw ValidationError("--reason goes with --without-recording") }
        if envoy.isEmpty { throw ValidationError("the envoy's hostname or UUID is missing") }
    }
}

extension SessionCommand {
    /// Runs a session on this terminal and ends the process with its exit code.
    func open(_ request: ConnectRequest, wait: WaitTime) async throws -> Never {
        let shell = try ScrierShell(
            APIClient.current(),
            timeout: wait.amount,
            agent: SSHAgent(environment: Environment.current)
        )
        Glibc.exit(try await shell.run(request))
    }
}
