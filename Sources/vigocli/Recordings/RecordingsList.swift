import ArgumentParser
import Operator
import Wire

struct RecordingsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List recordings, newest first.",
        discussion: """
            EXAMPLES
              vigocli scrier recordings list --user dan
              vigocli scrier recordings list --envoy web-01 --before 2026-05-05T00:00:00Z --output json
            """
    )

    @OptionGroup var filter: RecordingFilter
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<RecordingSummary> = try await APIClient.current().request(.GET, filter.path())
        try listing.show(
            answer.items,
            ["SESSION", "ENVOY", "USER", "LOGIN", "PROTOCOL", "STARTED", "DURATION", "SIZE", "STATE"],
            none: "There are no such recordings."
        ) {
            [
                Shown.uuid($0.sessionID), Shown.text($0.hostname), Shown.text($0.user), Shown.text($0.login),
                Shown.text($0.protocolName), Shown.date($0.startedAt), Shown.duration($0.duration),
                Shown.size($0.bytes), $0.state.label,
            ]
        }
    }
}

/// Which recordings.
struct RecordingFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only this operator's.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("Only of this envoy: its hostname or UUID.", valueName: "envoy"))
    var envoy: String?

    @Option(help: ArgumentHelp("Only those that began before then, such as 2026-05-05T13:03:00Z.", valueName: "date"))
    var before: String?

    @Option(help: "At most that many.")
    var limit: Int?

    func validate() throws {
        if let limit, !(1...1000).contains(limit) { throw ValidationError("--limit: expected a number from 1 to 1000") }
    }

    func path(query: String? = nil) -> String {
        let parts = [
            ("query", query), ("user", user), ("envoy", envoy), ("before", before), ("limit", limit.map(String.init)),
        ]
        let text = parts.compactMap { name, value in value.map { "\(name)=\(URLPath.segment($0))" } }
        return "/api/v1/scrier/recordings" + (text.isEmpty ? "" : "?" + text.joined(separator: "&"))
    }
}

extension RecordingProgress {
    var label: String { self == .cutShort ? "cut short" : rawValue }
}
