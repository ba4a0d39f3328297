/// What a plugin says about itself: `scrier-worker describe FILE.so` prints it as JSON.
package struct PluginDescriptor: Codable, Equatable, Sendable {
    package struct ABI: Codable, Equatable, Sendable {
        package var major: UInt32
        package var minor: UInt32

        package init(major: UInt32 = 1, minor: UInt32 = 0) {
            self.major = major
            self.minor = minor
        }
    }

    package enum Role: String, Codable, CaseIterable, Sendable {
        case terminal, display, secrets
    }

    package enum ParameterKind: String, Codable, Sendable {
        case string, integer, boolean
    }

    package struct Parameter: Codable, Equatable, Sendable {
        package var name: String
        package var kind: ParameterKind
        package var required: Bool
        /// Travels among the secrets, is never shown.
        package var secret: Bool
        /// A client may ask its operator for it when it is missing.
        package var askOperator: Bool
        /// Only server.yaml may set it.
        package var serverOnly: Bool
        package var fallback: String?
        /// Empty: any value.
        package var choices: [String]
        package var summary: String

        package init(
            name: String,
            kind: ParameterKind = .string,
            required: Bool = false,
            secret: Bool = false,
            askOperator: Bool = false,
            serverOnly: Bool = false,
            fallback: String? = nil,
            choices: [String] = [],
            summary: String = ""
        ) {
            self.name = name
            self.kind = kind
            self.required = required
            self.secret = secret
            self.askOperator = askOperator
            self.serverOnly = serverOnly
            self.fallback = fallback
            self.choices = choices
            self.summary = summary
        }
    }

    /// Also the protocol's name in the API.
    package var id: String
    package var version: String
    package var label: String
    package var summary: String
    package var abi: ABI
    package var roles: [Role]
    package var defaultPort: UInt16?
    package var needs: [String]
    package var parameters: [Parameter]

    package init(
        id: String,
        version: String = "1.0",
        label: String,
        summary: String = "",
        abi: ABI = ABI(),
        roles: [Role],
        defaultPort: UInt16? = nil,
        needs: [String] = [],
        parameters: [Parameter] = []
    ) {
        self.id = id
        self.version = version
        self.label = label
        self.summary = summary
        self.abi = abi
        self.roles = roles
        self.defaultPort = defaultPort
        self.needs = needs
        self.parameters = parameters
    }
}
