/// One parameter of a plugin.
package struct PluginParameterSummary: Codable, Sendable, Equatable {
    package var name: String
    package var kind: String
    package var summary: String
    package var fallback: String?
    package var choices: [String]?
    package var required: Bool
    package var secret: Bool
    package var askOperator: Bool
    package var serverOnly: Bool

    package init(
        name: String,
        kind: String,
        summary: String,
        fallback: String? = nil,
        choices: [String]? = nil,
        required: Bool,
        secret: Bool,
        askOperator: Bool,
        serverOnly: Bool
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.fallback = fallback
        self.choices = choices
        self.required = required
        self.secret = secret
        self.askOperator = askOperator
        self.serverOnly = serverOnly
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case kind
        case summary
        case fallback
        case choices
        case required
        case secret
        case askOperator = "ask_operator"
        case serverOnly = "server_only"
    }
}

/// A plugin in the plugin directory, usable or not.
package struct PluginSummary: Codable, Sendable, Equatable {
    package var id: String
    package var label: String
    package var version: String
    /// "1.0"
    package var abi: String
    package var summary: String
    package var roles: [String]
    package var defaultPort: Int?
    package var needs: [String]
    package var parameters: [PluginParameterSummary]
    package var file: String
    package var sha256: String?
    /// Why it cannot be used; absent where it can.
    package var problem: String?

    package init(
        id: String,
        label: String,
        version: String,
        abi: String,
        summary: String,
        roles: [String],
        defaultPort: Int? = nil,
        needs: [String],
        parameters: [PluginParameterSummary],
        file: String,
        sha256: String? = nil,
        problem: String? = nil
    ) {
        self.id = id
        self.label = label
        self.version = version
        self.abi = abi
        self.summary = summary
        self.roles = roles
        self.defaultPort = defaultPort
        self.needs = needs
        self.parameters = parameters
        self.file = file
        self.sha256 = sha256
        self.problem = problem
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case label
        case version
        case abi
        case summary
        case roles
        case defaultPort = "default_port"
        case needs
        case parameters
        case file
        case sha256
        case problem
    }
}
