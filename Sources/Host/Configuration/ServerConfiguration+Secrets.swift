package import Broker
package import Trust

extension ServerConfiguration {
    /// Where secrets are kept, and what keeps them.
    package struct Secrets: Sendable, Equatable {
        package static let noBackend = "none"

        /// A plugin's id, or `none`.
        package var backend = "vault"
        /// `secrets` in the data directory where the file does not say.
        package var directory: String?
        package var keyFile: String?
        package var workerUID: UInt32 = 60_999
        /// What the plugin may be connected to, by the names that it knows.
        package var endpoints: [String: DialEndpoint] = [:]
        /// The plugin's own.
        package var parameters: [String: String] = [:]

        package var isConfigured: Bool { backend != Self.noBackend }
    }

    package var secretsDirectory: String { secrets.directory ?? "\(server.dataDirectory)/secrets" }
    /// That of the backend which keeps files; for others the file says where their credentials are.
    package var secretsKeyFile: String { secrets.keyFile ?? "\(secretsDirectory)/.master.key" }

    package var secretsPlaces: SecretsPlaces {
        SecretsPlaces(directory: secretsDirectory, keyFile: secretsKeyFile, workerUID: secrets.workerUID)
    }

    /// What stays root's although it lies in the server's data directory: the vault, its keys, and what `vigocli secrets` keeps
    /// beside it.
    package var rootsOwnPaths: [String] {
        let places = secretsPlaces
        let slash = secretsDirectory.lastIndex(of: "/") ?? secretsDirectory.endIndex
        let parent = secretsDirectory[..<slash]
        return [
            places.directory, places.keyFile, places.nextKeyFile, "\(places.keyFile).old",
            "\(parent)/.secrets-unlocked", "\(parent)/.secrets-failures", "\(parent)/secrets-verifier.json",
            "\(parent)/.secrets-rotation",
        ]
    }

    /// Whether the server's user could move the key's file about: only the vault's own directory is out of its hands.
    package var hasExposedKey: Bool {
        secretsKeyFile.hasPrefix(server.dataDirectory + "/") && !secretsKeyFile.hasPrefix(secretsDirectory + "/")
    }

    /// For a start as root.
    package func expectGuardedKey() throws(StartError) {
        guard hasExposedKey else { return }
        throw StartError(
            "secrets.key_file: \(secretsKeyFile) lies in the data directory, which the server's user owns; expected it in \(secretsDirectory), or outside"
        )
    }

    package struct Web: Sendable, Equatable {
        /// A login that nothing was asked with for so long ends.
        package var sessionIdle = Duration.seconds(30 * 60)
        /// And after so long it ends in any case.
        package var sessionLifetime = Duration.seconds(12 * 3600)
    }

    package struct Policy: Sendable, Equatable {
        package var secrets: [SecretsRule] = []
    }

    /// Envoys whose hostname matches may have these secrets.
    package struct SecretsRule: Sendable, Equatable {
        package var pattern: HostnamePattern
        package var keys: [SecretKey]

        package init(pattern: HostnamePattern, keys: [SecretKey]) {
            self.pattern = pattern
            self.keys = keys
        }
    }
}

extension ServerConfiguration.Secrets {
    mutating func read(_ node: ConfigurationNode, sessionUIDs: ClosedRange<UInt32>) {
        let keys = node.section(["backend", "dir", "key_file", "worker_uid", "endpoints", "parameters"])
        backend = keys["backend"]?.value("a plugin's id such as \"vault\", or \"none\"", Self.pluginID) ?? backend
        directory = keys["dir"]?.value("an absolute path", absolutePath)
        keyFile = keys["key_file"]?.value("an absolute path", absolutePath)
        if let uid = keys["worker_uid"]?.integer(1000...Int(Int32.max) - 1) { workerUID = UInt32(uid) }
        if sessionUIDs.contains(workerUID) {
            (keys["worker_uid"] ?? node).problem(
                "\(workerUID) lies within scrier.worker_uids; expected a user id that no session's worker has"
            )
        }
        for (name, address) in keys["endpoints"]?.section([]) ?? [:] {
            endpoints[name] = address.value("a host and a port such as \"127.0.0.1:8200\"") { DialEndpoint($0) }
        }
        for (name, value) in keys["parameters"]?.section([]) ?? [:] {
            parameters[name] = value.string()
        }
    }

    private static func pluginID(_ text: String) -> String? {
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first, (0x61...0x7a).contains(first),
            text.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
        else { return nil }
        return text
    }
}

extension ServerConfiguration.Web {
    mutating func read(_ node: ConfigurationNode) {
        let keys = node.section(["session_idle", "session_lifetime"])
        sessionIdle = keys["session_idle"]?.duration(.seconds(60)...(.seconds(86_400))) ?? sessionIdle
        sessionLifetime = keys["session_lifetime"]?.duration(.seconds(300)...(.seconds(30 * 86_400))) ?? sessionLifetime
        if sessionIdle > sessionLifetime {
            (keys["session_idle"] ?? keys["session_lifetime"] ?? node).problem(
                "must not be longer than web.session_lifetime"
            )
        }
    }
}

extension ServerConfiguration.Policy {
    mutating func read(_ node: ConfigurationNode) {
        secrets = node.section(["secrets"])["secrets"]?.items().compactMap(Self.rule) ?? []
    }

    private static func rule(_ node: ConfigurationNode) -> ServerConfiguration.SecretsRule? {
        let keys = node.section(["pattern", "secrets"])
        for missing in ["pattern", "secrets"] where keys[missing] == nil {
            node.problem("expected the key \(missing)")
        }
        let names = keys["secrets"]?.items() ?? []
        if let list = keys["secrets"], case .sequence = list.node, names.isEmpty {
            list.problem("expected at least one secret such as vigo/os-users/dan")
        }
        let pattern = keys["pattern"]?.value("a host name or a pattern such as \"*.example.com\"") {
            HostnamePattern($0)
        }
        guard let pattern else { return nil }
        return .init(
            pattern: pattern,
            keys: names.compactMap { $0.value("a secret's key such as vigo/os-users/dan", Self.key) }
        )
    }

    /// Passwords of web users are nobody's but the server's; and a key must come out of its placeholder as it went in.
    private static func key(_ text: String) -> SecretKey? {
        guard let key = SecretKey(text), !WebPasswordKey.isOne(key),
            SecretPlaceholder.keys(in: SecretPlaceholder.text(of: key)) == [key]
        else { return nil }
        return key
    }
}
