import PluginAPI

/// `scrier.clipboard/1`: the operator's clipboard.
public struct Clipboard {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_clipboard>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_CLIPBOARD, as: scrier_clipboard.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// The target's clipboard now holds this. `denied` by policy and `tooLarge` by its limit leave the session going.
    public func offer(mime: String, _ bytes: UnsafeRawBufferPointer) -> Status {
        Status(rawValue: table.pointee.offer(host, mime, scrier_bytes(bytes)))
    }
}

extension Host {
    public var clipboard: Clipboard? { Clipboard(self) }
}
