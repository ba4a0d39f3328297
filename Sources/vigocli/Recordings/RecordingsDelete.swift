import ArgumentParser
import Operator

struct RecordingsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a recording; the audit log keeps that there was one, and its digest."
    )

    @OptionGroup var recording: RecordingArgument

    func run() async throws {
        try await APIClient.current().perform(.DELETE, recording.path)
        print("The recording of session \(Shown.text(recording.session)) is deleted.")
    }
}
