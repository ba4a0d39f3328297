import Broker

/// A recording that goes on: the file, and the lines that are found later.
struct BegunRecording: Sendable {
    let file: SessionRecording
    let text: RecordedText?

    /// Called on the recording's loop.
    func add(_ lines: [String]) {
        text?.add(lines, milliseconds: Int(file.elapsed.nanoseconds / 1_000_000))
    }

    /// Everything is written.
    func finish() async throws -> RecordingResult {
        let result = try await file.finish().get()
        await text?.finish()
        return result
    }
}
