import ArgumentParser
import Glibc
import Operator
import Wire

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case cast
}

struct RecordingsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a recording to stdout.",
        discussion: """
            As it is, which asciinema and others play. Exits with 1 when the file is not as it was written; it is exported \
            all the same.

            EXAMPLES
              vigocli scrier recordings export 63dfa092-5262-44ac-b04b-1533c709ab42 > session.cast
            """
    )

    @OptionGroup var recording: RecordingArgument

    @Option(help: "As an asciicast.")
    var format = ExportFormat.cast

    func run() async throws {
        let fetched = try await FetchedRecording.fetch(recording.session, from: APIClient.current())
        defer { close(fetched.descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(fetched.descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            guard buffer[..<count].withUnsafeBytes({ StandardOutput.write($0) }) else { throw ExitCode.failure }
        }
        switch fetched.verdict {
        case .verified: break
        case .recording: Notice.print("the session goes on: this is what there is so far")
        default:
            Notice.print("WARNING: the recording is not as it was written")
            throw ExitCode.failure
        }
    }
}
