import ArgumentParser
import Operator
import Wire

struct Recordings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recordings",
        abstract: "What was on the screen of sessions: find it, play it, keep it.",
        subcommands: [
            RecordingsList.self, RecordingsShow.self, RecordingsPlay.self, RecordingsExport.self, RecordingsSearch.self,
            RecordingsDelete.self,
        ]
    )
}

struct RecordingArgument: ParsableArguments {
    @Argument(help: "The session's id, from “vigocli scrier recordings list”.")
    var session: String

    var path: String { "/api/v1/scrier/recordings/\(URLPath.segment(session))" }
}
