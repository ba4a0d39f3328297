import PluginAPI

/// `scrier.trust/1`: the host's memory of whose keys are whose.
public struct Trust {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_trust>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_TRUST, as: scrier_trust.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// Whether this target may present this key (`"ssh-ed25519"`, `"x509-sha256"`). When it may not, the host has
    /// explained that to the operator itself: end the session with `untrusted`.
    public func check(kind: String, key: UnsafeRawBufferPointer) -> Bool {
        table.pointee.check(host, kind, scrier_bytes(key)) == Status.ok.rawValue
    }
}

extension Host {
    public var trust: Trust? { Trust(self) }
}
