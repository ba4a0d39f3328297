import Foundation
import Store
import Wire

/// Whether a session is recorded, and why not where it should be.
enum RecordingChoice: Sendable, Equatable {
    case none
    case recorded
    case bypassed(reason: String)

    private static let longestReason = 500

    /// Refuses a session that should be recorded and cannot be.
    init(_ request: ConnectRequest, recordings: Recordings?) throws(SessionRefusal) {
        guard let recordings else {
            self = .none
            return
        }
        guard request.withoutRecording == true else {
            try recordings.admit()
            self = .recorded
            return
        }
        let reason = request.reason?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        guard (1...Self.longestReason).contains(reason.utf8.count),
            reason.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else {
            throw SessionRefusal(
                .invalidParameter,
                "reason: a session without a recording needs one, of 1 to \(Self.longestReason) printable bytes"
            )
        }
        self = .bypassed(reason: reason)
    }

    var state: RecordingState? {
        switch self {
        case .none: nil
        case .recorded: .recording
        case .bypassed: .bypassed
        }
    }
}
