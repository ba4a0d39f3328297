import ArgumentParser
import Operator
import Wire

struct RecordingsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find recordings by words that stood on the screen.",
        discussion: """
            All words have to stand in one line, in any order; words between quotes stand side by side, and a star stands for \
            any ending. Upper and lower case are the same. That you have searched, and for what, goes to the audit log.

            EXAMPLES
              vigocli scrier recordings search "permission denied"
              vigocli scrier recordings search 'nginx restart*' --envoy web-01
              vigocli scrier recordings search '"rm -rf"' --output json
            """
    )

    @Argument(help: "What to look for.")
    var query: String

    @OptionGroup var filter: RecordingFilter
    @OptionGroup var listing: ListingOptions

    struct Found: Encodable {
        var session: RecordingSummary
        var line: RecordedLine
    }

    func run() async throws {
        let answer: Items<RecordingSummary> = try await APIClient.current().request(.GET, filter.path(query: query))
        guard listing.output == .table else { return print(try Shown.json(answer.items)) }
        let found = answer.items.flatMap { item in
            (item.matches ?? []).map { Found(session: item, line: $0) }
        }
        try listing.show(
            found,
            ["SESSION", "TIME", "ENVOY", "USER", "STARTED", "LINE"],
            none: "These words stood on no screen that was recorded."
        ) {
            [
                Shown.uuid($0.session.sessionID), Shown.duration($0.line.time), Shown.text($0.session.hostname),
                Shown.text($0.session.user), Shown.date($0.session.startedAt), Shown.text($0.line.text),
            ]
        }
    }
}
