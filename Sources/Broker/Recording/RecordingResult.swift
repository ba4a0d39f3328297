package import NIOCore

/// What there is of a recording once nothing is added to it any more.
package struct RecordingResult: Sendable, Equatable {
    package var bytes: Int
    /// Of the whole file, in hexadecimal.
    package var sha256: String
    package var duration: TimeAmount
    /// Why its end is missing.
    package var failure: String?

    package init(bytes: Int, sha256: String, duration: TimeAmount, failure: String? = nil) {
        self.bytes = bytes
        self.sha256 = sha256
        self.duration = duration
        self.failure = failure
    }
}
