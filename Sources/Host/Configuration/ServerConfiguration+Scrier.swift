extension ServerConfiguration.Scrier {
    mutating func read(_ node: ConfigurationNode) {
        let keys = node.section(
            [
                "enabled", "allowed_ports", "max_sessions", "recording_enabled", "plugin_dir", "plugins", "worker_uids",
                "confinement", "require_key_proof", "attach_grace",
            ],
            ignoring: ["guacd_addr", "proxy_hostname"]
        )
        enabled = keys["enabled"]?.boolean() ?? enabled
        if let ports = keys["allowed_ports"] { allowedPorts = Self.ports(ports) }
        maxSessions = keys["max_sessions"]?.integer(1...10_000) ?? maxSessions
        pluginDirectory = keys["plugin_dir"]?.value("an absolute path", absolutePath)
        workerUIDs =
            keys["worker_uids"]?.value("a range of user ids above 999 such as \"61000-61999\"", Self.uids) ?? workerUIDs
        confinement = keys["confinement"]?.choice(Confinement.self) ?? confinement
        attachGrace = keys["attach_grace"]?.duration(.seconds(0)...(.seconds(86_400))) ?? attachGrace
        requireKeyProof = keys["require_key_proof"]?.boolean() ?? requireKeyProof
        for (id, plugin) in keys["plugins"]?.section([]) ?? [:] {
            plugins[id] = ServerConfiguration.Plugin(plugin)
        }
        // Going on without what was asked for would be worse than not starting.
        if keys["recording_enabled"]?.boolean() == true {
            keys["recording_enabled"]?.problem("this version cannot do it; expected false")
        }
    }

    private static func ports(_ node: ConfigurationNode) -> [Int] {
        let items = node.items()
        if case .sequence = node.node, items.isEmpty { node.problem("expected at least one port") }
        return items.compactMap { $0.integer(1...65_535) }
    }

    private static func uids(_ text: String) -> ClosedRange<UInt32>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1000, first <= last,
            last < UInt32(Int32.max)
        else { return nil }
        return first...last
    }
}

extension ServerConfiguration.Plugin {
    init(_ node: ConfigurationNode) {
        let keys = node.section(["sha256", "parameters"])
        sha256 = keys["sha256"]?.value("64 hexadecimal digits") {
            $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) ? $0.lowercased() : nil
        }
        for (name, value) in keys["parameters"]?.section([]) ?? [:] {
            parameters[name] = value.string()
        }
    }
}
