import ArgumentParser
import Operator
import Wire

struct RecordingsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known of one recording, and whether its file is the one that was written."
    )

    @OptionGroup var recording: RecordingArgument
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let recording: RecordingSummary = try await APIClient.current().request(.GET, recording.path)
        try listing.show(
            recording,
            [
                ("Session", Shown.uuid(recording.sessionID)),
                ("Envoy", "\(Shown.text(recording.hostname)) (\(Shown.uuid(recording.envoyID)))"),
                ("Operator", Shown.text(recording.user)),
                ("Login", Shown.text(recording.login)),
                ("Protocol", Shown.text(recording.protocolName)),
                ("Started", Shown.date(recording.startedAt)),
                ("Ended", Shown.date(recording.endedAt)),
                ("Duration", Shown.duration(recording.duration)),
                ("Size", Shown.size(recording.bytes)),
                ("SHA-256", Shown.text(recording.sha256)),
                ("State", recording.state.label),
                ("File", recording.verdict?.sentence ?? Shown.nothing),
            ]
        )
    }
}

extension RecordingVerdict {
    var sentence: String {
        switch self {
        case .verified: "verified: it is as it was written"
        case .altered: "ALTERED: it is not as it was written"
        case .missing: "missing"
        case .recording: "still being written"
        case .deleted: "deleted"
        case .bypassed: "none: an administrator opened the session without a recording"
        }
    }
}
