import Trust

/// The file `config`: what registration wrote, and what the envoy's owner sets.
struct AgentConfiguration: Equatable, Sendable {
    static let standardPorts: Set<Int> = [22, 3389, 5900]

    var server: String
    var envoyID: String
    /// The name that this machine enrolled under, where that is not its own.
    var hostname: String?
    var agentAddress: ServerAddress
    /// Ed25519, raw: it signs what the server answers.
    var serverIdentityKey: [UInt8]
    var checkInSeconds: Int
    /// Loopback ports that the owner of this machine lets the server reach. The server can narrow it, never widen it.
    var allowedPorts: Set<Int> = standardPorts
    /// Tunnels that may be open at once.
    var maxTunnels = 64

    var text: String {
        KeyValueFile.text(
            [
                ("server", server), ("envoy_id", envoyID), ("agent_address", agentAddress.description),
                ("server_identity_key", Base64.encode(serverIdentityKey)), ("check_in_seconds", String(checkInSeconds)),
                ("allowed_ports", allowedPorts.sorted().map(String.init).joined(separator: ", ")),
                ("max_tunnels", String(maxTunnels)),
            ] + (hostname.map { [("hostname", $0)] } ?? [])
        )
    }
}

extension AgentConfiguration {
    init(parsing text: String, file: String) throws(ConfigurationError) {
        let values = try KeyValueFile(parsing: text, file: file)
        let known: Set = [
            "server", "envoy_id", "agent_address", "server_identity_key", "check_in_seconds", "allowed_ports",
            "max_tunnels",
            "hostname",
        ]
        if let unknown = values.entries.first(where: { !known.contains($0.key) }) {
            let names = known.sorted().joined(separator: ", ")
            throw ConfigurationError(
                "\(file):\(unknown.line): unknown key \(PrintableText.of(unknown.key, upTo: 60)); known are \(names)"
            )
        }
        func value<T>(_ key: String, _ expected: String, _ parse: (String) -> T?) throws(ConfigurationError) -> T {
            guard let entry = values.entries.first(where: { $0.key == key }) else {
                throw ConfigurationError("\(file): \(key) is missing; expected \(expected)")
            }
            guard let parsed = parse(entry.value) else {
                throw ConfigurationError(
                    "\(file):\(entry.line): \(key) is '\(PrintableText.of(entry.value, upTo: 60))'; expected \(expected)"
                )
            }
            return parsed
        }
        server = try value("server", "the server's URL") { $0.isEmpty ? nil : $0 }
        envoyID = try value("envoy_id", "a UUID in lower case") { EphemeralLine.isUUID($0) ? $0 : nil }
        agentAddress = try value("agent_address", "host:port") { ServerAddress(parsing: $0) }
        serverIdentityKey = try value("server_identity_key", "32 bytes in base64") {
            Base64.decode($0.utf8).flatMap { $0.count == 32 ? $0 : nil }
        }
        checkInSeconds = try value("check_in_seconds", "a number from 1 to 86400") {
            Int($0).flatMap { (1...86_400).contains($0) ? $0 : nil }
        }
        if values["allowed_ports"] != nil {
            allowedPorts = try value("allowed_ports", "port numbers with commas between", Self.ports)
        }
        if values["hostname"] != nil {
            hostname = try value("hostname", "a host name") { ThisMachine.isHostname($0) ? $0 : nil }
        }
        if values["max_tunnels"] != nil {
            maxTunnels = try value("max_tunnels", "a number from 1 to 1000") {
                Int($0).flatMap { (1...1000).contains($0) ? $0 : nil }
            }
        }
    }

    /// An empty list is a list: this machine is not to be reached.
    private static func ports(_ text: String) -> Set<Int>? {
        var ports: Set<Int> = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let port = Int(word), (1...65535).contains(port) else { return nil }
            ports.insert(port)
        }
        return ports
    }
}
