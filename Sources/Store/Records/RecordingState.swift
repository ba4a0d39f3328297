/// What has become of a session's recording.
package enum RecordingState: String, Codable, Sendable, CaseIterable {
    case recording
    case finished
    /// The server, or the disk, gave up before the session was over.
    case cutShort = "cut_short"
    case deleted
    /// It should have been recorded, and an administrator said that it must do without.
    case bypassed
}
