/// What there is of a recording once nothing is added to it.
package struct FinishedRecording: Sendable, Equatable {
    package var isWhole: Bool
    package var bytes: Int
    package var sha256: String
    package var seconds: Double

    package init(isWhole: Bool, bytes: Int, sha256: String, seconds: Double) {
        self.isWhole = isWhole
        self.bytes = bytes
        self.sha256 = sha256
        self.seconds = seconds
    }

    /// The audit log's copy: whoever changes the file has to change the log as well.
    package var auditDetails: [String: String] {
        [
            "recording_sha256": sha256, "recording_bytes": "\(bytes)",
            "recording": isWhole ? "finished" : "cut short",
        ]
    }
}

extension ScrierSessionRecord {
    /// A session that ended before anything was recorded has no recording.
    mutating func take(_ finished: FinishedRecording?) {
        guard recordingState == .recording else { return }
        guard let finished else {
            recordingState = nil
            recording = nil
            return
        }
        recordingState = finished.isWhole ? .finished : .cutShort
        recordingBytes = finished.bytes
        recordingSHA256 = finished.sha256
        recordingSeconds = finished.seconds
    }
}
