import ArgumentParser
import Operator
import Wire

extension Scrier {
    struct Sessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the sessions.")

        @Flag(help: "Those that are over as well.")
        var all = false

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let path = "/api/v1/scrier/sessions" + (all ? "?all=true" : "")
            var items = try await Server.api().request(.GET, path, as: Items<SessionSummary>.self).items
            if !all { items.removeAll { $0.state.isOver } }
            try output.print(items, ["SESSION", "ENVOY", "PROTOCOL", "USER", "LOGIN", "STATE", "SINCE", "REASON"]) {
                [
                    Shown.uuid($0.id), Shown.text($0.hostname), $0.protocolName, Shown.text($0.user),
                    Shown.text($0.login), $0.state.rawValue, Shown.date($0.createdAt), Shown.text($0.reason),
                ]
            }
        }
    }
}
