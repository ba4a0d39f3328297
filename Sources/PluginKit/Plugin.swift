import PluginAPI

/// What a plugin says of itself, and the function that is its session.
///
/// A plugin is a shared library that exports one symbol:
///
/// ```swift
/// import PluginKit
///
/// @c(scrier_plugin_v1)
/// public func entry() -> PluginEntry { Plugin.export(gopher) }
///
/// let gopher = Plugin(id: "gopher", version: "1.0.0", label: "Gopher", roles: .terminal, defaultPort: 70) { host, transport in
///     …
/// }
/// ```
public struct Plugin: Sendable {
    /// Loads whatever the session will open later, such as providers, tables or modules: afterwards no file can be opened.
    public typealias Prepare = @Sendable () throws -> Void
    /// Speaks the protocol over the transport, a connected stream socket that is the plugin's to close
    /// (`nil` where the plugin needs none), and returns when the session is over.
    public typealias Run = @Sendable (_ host: Host, _ transport: CInt?) throws -> SessionEnd

    public var id: String
    public var version: String
    public var label: String
    public var summary: String
    public var roles: Roles
    public var defaultPort: UInt16?
    public var parameters: [Parameter]
    public var needs: [String]
    var prepare: Prepare?
    var run: Run

    /// - Parameters:
    ///   - id: lower-case letters, digits and dashes; also the protocol's name in the API.
    ///   - version: the plugin's own.
    ///   - label: its name for people.
    ///   - needs: what the agent or the host must provide first, by name and revision, such as `"ssh-host-keys/1"`.
    public init(
        id: String,
        version: String,
        label: String,
        summary: String = "",
        roles: Roles,
        defaultPort: UInt16? = nil,
        parameters: [Parameter] = [],
        needs: [String] = [],
        prepare: Prepare? = nil,
        run: @escaping Run
    ) {
        self.id = id
        self.version = version
        self.label = label
        self.summary = summary
        self.roles = roles
        self.defaultPort = defaultPort
        self.parameters = parameters
        self.needs = needs
        self.prepare = prepare
        self.run = run
    }
}

/// What a plugin can show or serve.
public struct Roles: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let terminal = Roles(rawValue: UInt32(SCRIER_ROLE_TERMINAL))
    public static let display = Roles(rawValue: UInt32(SCRIER_ROLE_DISPLAY))
    public static let secrets = Roles(rawValue: UInt32(SCRIER_ROLE_SECRETS))
}
