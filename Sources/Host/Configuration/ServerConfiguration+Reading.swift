import Foundation
import Trust

extension ServerConfiguration {
    init(_ root: ConfigurationNode) {
        let top = root.section(["server", "bootstrap", "checkin", "scrier", "secrets", "web", "policy"])
        top["server"].map { server.read($0) }
        top["bootstrap"].map { bootstrap.read($0) }
        if let interval = top["checkin"]?.section(["interval"])["interval"]?.duration(.seconds(5)...(.seconds(86_400)))
        {
            checkIn.interval = interval
        }
        top["scrier"].map { scrier.read($0) }
        top["secrets"].map { secrets.read($0, sessionUIDs: scrier.workerUIDs) }
        top["web"].map { web.read($0) }
        top["policy"].map { policy.read($0) }
    }
}

extension ServerConfiguration.Server {
    mutating func read(_ node: ConfigurationNode) {
        let keys = node.section([
            "listen", "agent_listen", "public_url", "agent_address", "data_dir", "admin_socket", "user",
            "trusted_proxies", "max_connections", "max_connections_per_source",
            "tls", "log",
        ])
        let address = "an address and a port such as \"0.0.0.0:8443\""
        listen = keys["listen"]?.value(address) { ListenAddress($0) } ?? listen
        agentListen = keys["agent_listen"]?.value(address) { ListenAddress($0) } ?? agentListen
        publicURL = keys["public_url"]?.value("an address such as \"https://vigo.example.com:8443\"", Self.publicURL)
        agentAddress = keys["agent_address"]?.value("a host and a port such as \"vigo.example.com:1530\"") {
            ListenAddress($0).flatMap { $0.port > 0 ? $0.description : nil }
        }
        dataDirectory = keys["data_dir"]?.value("an absolute path", absolutePath) ?? dataDirectory
        adminSocket = keys["admin_socket"]?.value("an absolute path of at most 100 bytes") {
            $0.utf8.count <= 100 ? absolutePath($0) : nil
        }
        user = keys["user"]?.string("a user name") ?? user
        trustedProxies = keys["trusted_proxies"]?.items().compactMap(\.network) ?? []
        maxConnections = keys["max_connections"]?.integer(16...1_000_000) ?? maxConnections
        maxConnectionsPerSource =
            keys["max_connections_per_source"]?.integer(4...1_000_000) ?? maxConnectionsPerSource
        if listen.port != 0, listen.port == agentListen.port {
            (keys["agent_listen"] ?? keys["listen"] ?? node)
                .problem(
                    "expected another port than \(listen.port): server.listen and server.agent_listen need one each"
                )
        }

        let files = keys["tls"]?.section(["cert_file", "key_file", "ca_file", "ca_key_file"]) ?? [:]
        tls.certificateFile = files["cert_file"]?.value("an absolute path", absolutePath)
        tls.keyFile = files["key_file"]?.value("an absolute path", absolutePath)
        tls.caFile = files["ca_file"]?.value("an absolute path", absolutePath)
        tls.caKeyFile = files["ca_key_file"]?.value("an absolute path", absolutePath)
        for (one, other) in [("cert_file", "key_file"), ("key_file", "cert_file"), ("ca_key_file", "ca_file")]
        where files[one] != nil && files[other] == nil {
            files[one]?.problem("expected \(other) beside it")
        }

        let logKeys = keys["log"]?.section(["format", "level"]) ?? [:]
        log.format = logKeys["format"]?.choice(ServerConfiguration.Log.Format.self) ?? log.format
        log.level = logKeys["level"]?.choice(ServerConfiguration.Log.Level.self) ?? log.level
    }

    private static func publicURL(_ text: String) -> String? {
        guard let url = URLComponents(string: text), url.scheme == "https", let host = url.host, !host.isEmpty,
            url.query == nil, url.fragment == nil, url.user == nil, url.path.isEmpty || url.path == "/",
            // The bootstrap script puts it between quotes.
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._:/[]".contains($0)) })
        else { return nil }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension ServerConfiguration.Bootstrap {
    mutating func read(_ node: ConfigurationNode) {
        let keys = node.section(["trusted_enrollment", "cert_validity"])
        certificateValidity =
            keys["cert_validity"]?.duration(.seconds(3600)...(.seconds(10 * 366 * 86_400))) ?? certificateValidity
        trustedEnrollment = keys["trusted_enrollment"]?.items().compactMap(Self.rule) ?? []
    }

    private static func rule(_ node: ConfigurationNode) -> ServerConfiguration.TrustedEnrollment? {
        let keys = node.section(["pattern", "cidrs"])
        for missing in ["pattern", "cidrs"] where keys[missing] == nil {
            node.problem("expected the key \(missing)")
        }
        let networks = keys["cidrs"]?.items() ?? []
        if keys["cidrs"] != nil, networks.isEmpty {
            keys["cidrs"]?.problem("expected at least one network such as \"10.0.0.0/8\"")
        }
        let pattern = keys["pattern"]?.value("a host name or a pattern such as \"*.example.com\"") {
            HostnamePattern($0)
        }
        guard let pattern else { return nil }
        return .init(pattern: pattern, networks: networks.compactMap(\.network))
    }
}

extension ConfigurationNode {
    var network: CIDR? { value("a network such as \"10.0.0.0/8\"") { CIDR($0) } }
}

func absolutePath(_ text: String) -> String? {
    text.hasPrefix("/") && !text.contains("\0") ? text : nil
}
