extension ServerConfiguration.Scrier {
    mutating func read(_ node: ConfigurationNode) {
        let keys = node.section(
            [
                "enabled", "allowed_ports", "max_sessions", "recording_enabled", "recording_min_free_mib",
                "recording_retention", "plugin_dir", "plugins", "worker_uids", "confinement", "require_key_proof",
                "attach_grace",
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
        recording.isEnabled = keys["recording_enabled"]?.boolean() ?? recording.isEnabled
        recording.minimumFree =
            keys["recording_min_free_mib"]?.integer(1...(1 << 30)).map { UInt64($0) << 20 } ?? recording.minimumFree
        if let retention = keys["recording_retention"] { recording.readRetention(retention) }
        attachGrace = keys["attach_grace"]?.duration(.seconds(0)...(.seconds(86_400))) ?? attachGrace
        requireKeyProof = keys["require_key_proof"]?.boolean() ?? requireKeyProof
        for (id, plugin) in keys["plugins"]?.section([]) ?? [:] {
            plugins[id] = ServerConfiguration.Plugin(plugin)
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

extension ServerConfiguration.Recording {
    mutating func readRetention(_ node: ConfigurationNode) {
        let keys = node.section(["days", "max_gib"])
        days = keys["days"]?.integer(1...36_600)
        largest = keys["max_gib"]?.integer(1...(1 << 20)).map { UInt64($0) << 30 }
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
