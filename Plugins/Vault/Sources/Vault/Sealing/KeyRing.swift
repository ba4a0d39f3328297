import PluginKit

/// The keys there are: one, or two while one replaces the other. The newest seals; each opens what it has sealed.
struct KeyRing {
    let newest: MasterKey
    private let older: MasterKey?

    init(current: MasterKey, next: MasterKey?) {
        newest = next ?? current
        // The same one twice: the rotation is over, its file is not gone yet.
        older = next == nil || next?.id == current.id ? nil : current
    }

    init(host: Host) throws {
        let current = try host.withSecret("master-key") { bytes in
            guard let bytes else { throw SessionFailure(.invalid, "The vault needs its master key.") }
            return try MasterKey(bytes, named: "master key")
        }
        let next = try host.withSecret("next-master-key") { bytes in
            try bytes.map { try MasterKey($0, named: "next master key") }
        }
        self.init(current: current, next: next)
    }

    subscript(id: KeyID) -> MasterKey? {
        if newest.id == id { return newest }
        return older?.id == id ? older : nil
    }
}
