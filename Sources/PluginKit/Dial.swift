import PluginAPI

/// `scrier.dial/1`: connections to endpoints that `server.yaml` allows this plugin by name.
public struct Dial {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_dial>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_DIAL, as: scrier_dial.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// A connected socket, the plugin's to close. The one call of the host that may take as long as its time-out.
    public func open(_ endpoint: String, timeout: Duration) throws -> CInt {
        let (seconds, attoseconds) = timeout.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let result = table.pointee.open(host, endpoint, UInt32(clamping: milliseconds))
        guard result >= 0 else {
            throw SessionFailure(
                Status(rawValue: result),
                "The server could not connect to the endpoint “\(endpoint)”."
            )
        }
        return result
    }
}

extension Host {
    public var dial: Dial? { Dial(self) }
}
