import ArgumentParser
import Operator
import Wire

struct RecordingsPlay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Play a recording in this terminal.",
        discussion: """
            Space pauses and goes on, the right and left arrow keys go five seconds forward and back, up and down (or + and -) \
            double and halve the speed, q ends.

            A recording whose file is not as it was written is not played without --force. That you have played it goes to \
            the audit log.

            EXAMPLES
              vigocli scrier recordings play 63dfa092-5262-44ac-b04b-1533c709ab42
              vigocli scrier recordings play 63dfa092-5262-44ac-b04b-1533c709ab42 --speed 4 --idle-limit 1
            """
    )

    @OptionGroup var recording: RecordingArgument

    @Option(help: ArgumentHelp("How many times as fast (default: 1).", valueName: "factor"))
    var speed = 1.0

    @Option(help: ArgumentHelp("The longest silence to sit through, in seconds.", valueName: "seconds"))
    var idleLimit: Double?

    @Option(
        help: ArgumentHelp("Where to begin, in seconds or as 1:02:03.", valueName: "time"),
        transform: PlayTime.init(parsing:)
    )
    var from = PlayTime(seconds: 0)

    @Flag(help: "Play it also when its file is not as it was written.")
    var force = false

    func validate() throws {
        guard (0.0625...64).contains(speed) else {
            throw ValidationError("--speed: expected a number from 0.0625 to 64")
        }
        if let idleLimit, !(0...86_400).contains(idleLimit) {
            throw ValidationError("--idle-limit: expected a number of seconds from 0 to 86400")
        }
    }

    func run() async throws {
        let fetched = try await FetchedRecording.fetch(recording.session, from: APIClient.current())
        switch fetched.verdict {
        case .verified: Notice.print("verified: the recording is as it was written")
        case .recording: Notice.print("the session goes on: this is what there is so far")
        case .altered where force: Notice.print("WARNING: the recording is not as it was written")
        default:
            throw OperatorError(
                "the recording is not as it was written (its digest is not the one in the audit log); --force plays it all the same"
            )
        }
        var options = CastPlayer.Options()
        options.speed = speed
        options.idleLimit = idleLimit
        options.start = from.seconds
        let file = try CastFile(descriptor: fetched.descriptor)
        if let size = CastPlayer.terminalSize, size.columns < file.header.width || size.rows < file.header.height {
            Notice.print(
                "it was recorded on \(file.header.width) by \(file.header.height), this terminal has \(size.columns) by \(size.rows)"
            )
        }
        var player = CastPlayer(file, options)
        player.run()
    }
}
