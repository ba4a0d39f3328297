import PluginAPI

/// A class of outcome that a program can act on. Zero and above is fine, below zero is not.
public struct Status: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ constant: Int) { rawValue = Int32(constant) }

    public static let ok = Status(SCRIER_OK)
    /// Nothing now, or no room now: an event follows.
    public static let empty = Status(SCRIER_EMPTY)

    /// The target ended the session, in good order.
    public static let closed = Status(SCRIER_CLOSED)
    /// The operator or the server ended the session.
    public static let cancelled = Status(SCRIER_CANCELLED)
    /// The transport closed before the protocol began.
    public static let unreachable = Status(SCRIER_UNREACHABLE)
    public static let timedOut = Status(SCRIER_TIMEOUT)
    /// The target refused our credentials.
    public static let unauthorized = Status(SCRIER_UNAUTHORIZED)
    /// The target is not who it should be.
    public static let untrusted = Status(SCRIER_UNTRUSTED)
    /// The target broke its protocol.
    public static let protocolViolation = Status(SCRIER_PROTOCOL)
    /// Something needed is missing on one side.
    public static let unsupported = Status(SCRIER_UNSUPPORTED)
    /// A parameter or a request makes no sense.
    public static let invalid = Status(SCRIER_INVALID)
    public static let internalError = Status(SCRIER_INTERNAL)

    public static let notFound = Status(SCRIER_NOT_FOUND)
    public static let denied = Status(SCRIER_DENIED)
    public static let sealed = Status(SCRIER_SEALED)
    public static let unavailable = Status(SCRIER_UNAVAILABLE)
    public static let corrupt = Status(SCRIER_CORRUPT)
    public static let tooLarge = Status(SCRIER_TOO_LARGE)
    public static let conflict = Status(SCRIER_CONFLICT)
}
