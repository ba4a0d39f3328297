import PluginAPI

/// One parameter that a plugin takes. The host checks a session's parameters against this list before the plugin runs.
public struct Parameter: Sendable {
    public enum Kind: String, Sendable { case string, integer, boolean }

    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let required = Flags(rawValue: UInt32(SCRIER_PARAMETER_REQUIRED))
        /// Reached by `Host.secret`, wiped after the session, never shown.
        public static let secret = Flags(rawValue: UInt32(SCRIER_PARAMETER_SECRET))
        /// The client may ask the operator for it when it is missing.
        public static let askOperator = Flags(rawValue: UInt32(SCRIER_PARAMETER_ASK_OPERATOR))
        /// From `server.yaml` or a provision only, never from a client.
        public static let serverOnly = Flags(rawValue: UInt32(SCRIER_PARAMETER_SERVER_ONLY))
    }

    public var name: String
    public var kind: Kind
    public var flags: Flags
    public var fallback: String?
    public var choices: [String]?
    public var summary: String

    /// - Parameters:
    ///   - fallback: the value where a session brings none.
    ///   - choices: the only values allowed.
    ///   - summary: one line for `vigocli plugins show`.
    public init(
        _ name: String,
        _ kind: Kind = .string,
        flags: Flags = [],
        fallback: String? = nil,
        choices: [String]? = nil,
        summary: String
    ) {
        self.name = name
        self.kind = kind
        self.flags = flags
        self.fallback = fallback
        self.choices = choices
        self.summary = summary
    }
}
