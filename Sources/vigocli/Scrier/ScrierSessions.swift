import ArgumentParser
import Operator
import Wire

extension SessionState: ExpressibleByArgument {}

struct ScrierSessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List sessions, those that are open unless told otherwise.",
        discussion: """
            EXAMPLES
              vigocli scrier sessions
              vigocli scrier sessions --state failed --output json
            """
    )

    @Flag(help: "Also those that are over.")
    var all = false

    @Option(help: "Only those in this state.")
    var state: SessionState?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        // The server leaves out what is over unless it is asked for all; by state it is filtered here.
        let query = all || state != nil ? "?all=true" : ""
        let answer: Items<SessionSummary> = try await APIClient.current().request(
            .GET,
            "/api/v1/scrier/sessions\(query)"
        )
        let items = answer.items.filter { state == nil ? all || !$0.state.isOver : $0.state == state }
        let none =
            all || state != nil ? "There are no such sessions." : "No session is open; --all lists past ones too."
        try listing.show(
            items,
            ["ID", "ENVOY", "PROTOCOL", "USER", "LOGIN", "STATE", "STARTED", "ENDED", "REASON"],
            none: none
        ) {
            [
                Shown.uuid($0.id), Shown.text($0.hostname), Shown.text($0.protocolName), Shown.text($0.user),
                Shown.text($0.login), $0.state.rawValue, Shown.date($0.createdAt), Shown.date($0.endedAt),
                Shown.text($0.reason),
            ]
        }
    }
}
