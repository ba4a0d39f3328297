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

    /// Asks whether this target may present this key: the blob of an `"ssh-ed25519"`, the digest of an `"x509-sha256"`.
    /// An `answer` event with the same number says `ok`, or `untrusted` with a sentence for `Host.explain`.
    public func check(_ request: UInt32, kind: String, key: UnsafeRawBufferPointer) -> Status {
        Status(rawValue: table.pointee.check(host, request, kind, scrier_bytes(key)))
    }
}

extension Host {
    public var trust: Trust? { Trust(self) }
}
