/// Where the agent keeps what it is (`config`) and what it remembers (`state`).
package struct AgentDirectories: Sendable, Equatable {
    package static let standardConfig = "/etc/vigo-envoy"
    package static let standardState = "/var/lib/vigo/state"

    package let config: String
    package let state: String

    package init(config: String = standardConfig, state: String = standardState) {
        self.config = Self.withoutTrailingSlash(config)
        self.state = Self.withoutTrailingSlash(state)
    }

    var configurationFile: String { config + "/config" }
    var identityKey: String { config + "/identity.pem" }
    var tlsKey: String { config + "/tls.key" }
    var certificate: String { config + "/certificate.pem" }
    var certificateAuthority: String { config + "/ca.pem" }
    var memory: String { state + "/checkin" }
    var trial: String { state + "/update" }
    var secrets: String { state + "/secrets" }
    var locks: String { state + "/locks" }

    private static func withoutTrailingSlash(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
