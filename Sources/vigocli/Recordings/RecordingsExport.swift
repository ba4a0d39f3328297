import ArgumentParser
import Glibc
import Operator
import Wire

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case cast
    case txt
}

struct RecordingsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a recording to stdout.",
        discussion: """
            As it is, which asciinema and others play; or with --format txt the lines that stood on the screen, each once, in \
            the order in which they appeared. Exits with 1 when the file is not as it was written; it is exported all the same.

            EXAMPLES
              vigocli scrier recordings export 63dfa092-5262-44ac-b04b-1533c709ab42 > session.cast
              vigocli scrier recordings export 63dfa092-5262-44ac-b04b-1533c709ab42 --format txt | less
            """
    )

    @OptionGroup var recording: RecordingArgument

    @Option(help: "As an asciicast, or as plain text.")
    var format = ExportFormat.cast

    func run() async throws {
        switch format {
        case .cast: try await exportFile()
        case .txt: try await exportText()
        }
    }

    private func exportText() async throws {
        let api = try APIClient.current()
        var offset = 0
        while true {
            let answer: Items<RecordedLine> = try await api.request(.GET, "\(recording.path)/text?offset=\(offset)")
            guard !answer.items.isEmpty else { return }
            offset += answer.items.count
            print(answer.items.map { Shown.text($0.text) }.joined(separator: "\n"))
        }
    }

    private func exportFile() async throws {
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
