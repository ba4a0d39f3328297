import PluginAPI

/// What plugins with role SECRETS use.
extension ExtensionTables {
    static func makeExchange() -> UnsafeMutablePointer<scrier_exchange> {
        let table = allocate(scrier_exchange())
        table.pointee.size = UInt32(MemoryLayout<scrier_exchange>.size)
        table.pointee.reply = { host, request, status, body in
            HostTable.session(host).reply(to: request, status, body: body.raw)
        }
        table.pointee.notify = { host, topic, body in
            guard let topic else { return .invalid }
            return HostTable.session(host).notify(topic: String(cString: topic), body: body.raw)
        }
        return table
    }

    static func makeDial() -> UnsafeMutablePointer<scrier_dial> {
        let table = allocate(scrier_dial())
        table.pointee.size = UInt32(MemoryLayout<scrier_dial>.size)
        table.pointee.open = { host, endpoint, milliseconds in
            guard let endpoint else { return .invalid }
            return HostTable.session(host).dial(String(cString: endpoint), milliseconds: milliseconds)
        }
        return table
    }
}
