/// How a session ended when nothing went wrong.
public enum SessionEnd: Sendable {
    /// The target ended it: the shell exited, the desktop logged out.
    case closed
    /// A `close` event ended it.
    case cancelled

    var status: Status {
        switch self {
        case .closed: .closed
        case .cancelled: .cancelled
        }
    }
}

/// Why a session failed: a class for programs, one sentence for the operator.
public struct SessionFailure: Error, Equatable, Sendable {
    public let status: Status
    public let sentence: String

    public init(_ status: Status, _ sentence: String) {
        self.status = status
        self.sentence = sentence
    }
}
