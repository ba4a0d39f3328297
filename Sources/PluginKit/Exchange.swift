import PluginAPI

/// `scrier.exchange/1`: requests of the server, answered by a plugin with role `secrets`.
public struct Exchange {
    /// Bytes of a body: repeated { length, 32 bits, little endian; bytes }.
    public static let largestBody = Int(SCRIER_EXCHANGE_MAX)

    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_exchange>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_EXCHANGE, as: scrier_exchange.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// Answers request number `request`, once; several may be open. `empty`: no room, try again after `writable`.
    public func reply(to request: UInt32, _ status: Status, body: UnsafeRawBufferPointer) -> Status {
        Status(rawValue: table.pointee.reply(host, request, status.rawValue, scrier_bytes(body)))
    }

    /// Something changed that nobody asked about.
    public func notify(_ topic: String, body: UnsafeRawBufferPointer) -> Status {
        Status(rawValue: table.pointee.notify(host, topic, scrier_bytes(body)))
    }
}

extension Host {
    public var exchange: Exchange? { Exchange(self) }

    /// Answers, and waits for room where there is none: no further request comes before that. False when the server
    /// closes the session meanwhile.
    public func answer(_ request: UInt32, _ status: Status, _ body: ExchangeBody, by exchange: Exchange) -> Bool {
        while exchange.reply(to: request, status, body: body.bytes) == .empty {
            var isFull = true
            while isFull {
                switch nextEvent() {
                case .close: return false
                case .writable: isFull = false
                case nil: _ = wait(transport: nil, reading: false)
                default: break
                }
            }
        }
        return true
    }
}
