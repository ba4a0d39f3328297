import PluginKit

/// The plugin's parameters, checked.
struct Settings: Equatable {
    enum Name {
        static let address = "address"
        static let mount = "mount"
        static let prefix = "prefix"
        static let authMethod = "auth-method"
        static let authMount = "auth-mount"
        static let roleID = "role-id"
        static let username = "username"
        static let authority = "ca"
        static let namespace = "namespace"
        static let timeout = "timeout"
        static let pollInterval = "poll-interval"
        static let credentials = "credentials"
    }

    var address: ServerAddress
    var mount: String
    var prefix: String
    var method: LoginMethod
    var authMount: String
    /// PEM; nil only without TLS.
    var authority: String?
    var namespace: String?
    /// For one request of the host, which waits for ten seconds.
    var timeout: Duration
    /// Between two looks for what others changed; nil: never.
    var pollInterval: Duration?

    init(_ parameter: (String) -> String?) throws(SessionFailure) {
        func given(_ name: String) -> String? { parameter(name).flatMap { $0.isEmpty ? nil : $0 } }
        address = try Self.address(given(Name.address))
        mount = try Self.path(given(Name.mount) ?? "secret", Name.mount)
        prefix = try Self.prefix(given(Name.prefix))
        method = try Self.method(given)
        authMount = try Self.path(given(Name.authMount) ?? method.name, Name.authMount)
        authority = try Self.authority(given(Name.authority), for: address)
        namespace = try given(Name.namespace).map { value throws(SessionFailure) in
            try Self.path(value, Name.namespace)
        }
        timeout = try Self.seconds(given(Name.timeout) ?? "8", 1...9, Name.timeout)
        let interval = try Self.seconds(given(Name.pollInterval) ?? "30", 0...86_400, Name.pollInterval)
        pollInterval = interval == .zero ? nil : interval
    }

    private static func address(_ text: String?) throws(SessionFailure) -> ServerAddress {
        guard let text else { throw invalid(Name.address, "is missing: where the server is, such as https://bao:8200") }
        guard let address = ServerAddress(text) else {
            throw invalid(Name.address, "must be a scheme, a host and a port, such as https://bao:8200")
        }
        guard address.isTLS || address.isLoopback else {
            throw invalid(Name.address, "must begin with https:// for any server but one on this machine's loopback")
        }
        return address
    }

    private static func method(_ given: (String) -> String?) throws(SessionFailure) -> LoginMethod {
        switch given(Name.authMethod) ?? "token" {
        case "token": return .token
        case "approle":
            guard let roleID = given(Name.roleID) else { throw invalid(Name.roleID, "is missing: approle needs it") }
            return .appRole(roleID: roleID)
        case "userpass":
            // It becomes part of a path.
            guard let username = given(Name.username), KeyPath.isKey(username), !username.contains("/") else {
                throw invalid(Name.username, "must be the user's name at the server: userpass needs it")
            }
            return .userPass(username: username)
        default: throw invalid(Name.authMethod, "must be one of \(LoginMethod.names.joined(separator: ", "))")
        }
    }

    private static func path(_ text: String, _ name: String) throws(SessionFailure) -> String {
        var path = text[...]
        while path.hasSuffix("/") { path.removeLast() }
        guard KeyPath.isKey(String(path)) else {
            throw invalid(
                name,
                "must be a path of letters, digits, dots, dashes and underscores, without a first slash"
            )
        }
        return String(path)
    }

    /// A slash alone: the whole mount is ours.
    private static func prefix(_ text: String?) throws(SessionFailure) -> String {
        guard let text, text != "/" else { return "" }
        return try path(text, Name.prefix)
    }

    private static func authority(_ text: String?, for address: ServerAddress) throws(SessionFailure) -> String? {
        guard address.isTLS else { return nil }
        guard let text else {
            throw invalid(Name.authority, "is missing: the PEM text of the CA that signed the server's certificate")
        }
        return text
    }

    private static func seconds(
        _ text: String,
        _ range: ClosedRange<Int>,
        _ name: String
    ) throws(SessionFailure) -> Duration {
        guard let seconds = Int(text), range.contains(seconds) else {
            throw invalid(name, "must be \(range.lowerBound) to \(range.upperBound) seconds")
        }
        return .seconds(seconds)
    }

    private static func invalid(_ name: String, _ problem: String) -> SessionFailure {
        SessionFailure(.invalid, "The parameter \(name) of the openbao backend \(problem).")
    }
}
