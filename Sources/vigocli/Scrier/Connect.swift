import ArgumentParser
import Operator
import Wire

extension Scrier {
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open a terminal session of any protocol.")

        @Argument(help: "Hostname or UUID of the envoy.")
        var envoy: String

        @Option(name: .customLong("protocol"), help: ArgumentHelp("The id of a plugin.", valueName: "id"))
        var protocolName: String

        @Option(help: "The port on the envoy, one that is allowed; else the plugin's own.")
        var port: Int?

        @Option(help: ArgumentHelp("A parameter of the plugin; may be repeated.", valueName: "name=value"))
        var parameter: [String] = []

        @Option(help: ArgumentHelp("How long to wait for the session.", valueName: "duration"), transform: Seconds.init)
        var timeout = Seconds(30)

        mutating func run() async throws {
            var parameters: [String: String] = [:]
            for pair in parameter {
                guard let equals = pair.firstIndex(of: "=") else {
                    throw ValidationError("“\(pair)” is no parameter: NAME=VALUE is what one looks like")
                }
                parameters[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            let request = ConnectRequest(
                envoyID: envoy,
                protocolName: protocolName,
                port: port,
                parameters: parameters.isEmpty ? nil : parameters
            )
            try await InteractiveSession.run(timeout: timeout) { request }
        }
    }
}
