import PluginAPI

/// `scrier_host` for one session: the struct that the plugin gets, with C functions that find the session again.
final class HostTable {
    private let session: PluginSession
    private let host: UnsafeMutablePointer<scrier_host>
    let extensions: ExtensionTables

    init(session: PluginSession) {
        self.session = session
        host = .allocate(capacity: 1)
        extensions = ExtensionTables(session: session)
    }

    deinit { host.deallocate() }

    func withHost(_ body: (UnsafePointer<scrier_host>) -> scrier_status) -> scrier_status {
        host.initialize(to: scrier_host())
        host.pointee.size = UInt32(MemoryLayout<scrier_host>.size)
        host.pointee.minor = UInt32(SCRIER_ABI_MINOR)
        host.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        host.pointee.events = session.events?.descriptor ?? -1
        host.pointee.next_event = { host, event in
            guard let event, event.pointee.size >= 8, let events = HostTable.session(host).events else {
                return .invalid
            }
            guard var next = events.next() else { return .empty }
            // A plugin of an earlier minor version knows a shorter struct.
            let size = event.pointee.size
            next.size = size
            let count = min(Int(size), MemoryLayout<scrier_event>.size)
            UnsafeMutableRawPointer(event).copyMemory(from: &next, byteCount: count)
            return .ok
        }
        host.pointee.parameter = { host, name in
            guard let name else { return scrier_bytes() }
            return HostTable.session(host).parameters[name]
        }
        host.pointee.secret = { host, name in
            guard let name else { return scrier_bytes() }
            return HostTable.session(host).secrets[name]
        }
        host.pointee.ready = { HostTable.session($0).ready() }
        host.pointee.explain = { HostTable.session($0).explain($1.raw) }
        host.pointee.log = { StandardError.log(level: $1, $2.raw) }
        host.pointee.extension = { host, name in
            guard let name else { return nil }
            return HostTable.table(host).extensions[name]
        }
        return body(host)
    }

    static func session(_ host: UnsafePointer<scrier_host>?) -> PluginSession { table(host).session }

    private static func table(_ host: UnsafePointer<scrier_host>?) -> HostTable {
        Unmanaged<HostTable>.fromOpaque(host!.pointee.context).takeUnretainedValue()
    }
}

extension scrier_bytes {
    var raw: UnsafeRawBufferPointer {
        // A plugin may say NULL with any size.
        UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : size)
    }
}
