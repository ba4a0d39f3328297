import PluginAPI

/// `scrier.files/1`: files between the operator and the target. Numbers of files for the operator are the plugin's own
/// choice; those of the operator's files come with the `file` event.
public struct Files {
    /// Bytes that one `read` may ask for.
    public static let largestPart = Int(SCRIER_FILES_PART)

    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_files>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_FILES, as: scrier_files.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// A file for the operator follows. `denied` by policy, `tooLarge` by its limit.
    public func offer(_ transfer: UInt32, name: String, length: UInt64?) -> Status {
        Status(rawValue: table.pointee.offer(host, transfer, name, length ?? .max))
    }

    /// Takes what there is room for; when that is nothing, `writable` follows. `cancelled`: nobody wants the rest.
    public func write(_ transfer: UInt32, _ part: UnsafeRawBufferPointer) throws -> Int {
        var taken = 0
        let status = Status(rawValue: table.pointee.write(host, transfer, scrier_bytes(part), &taken))
        guard status.rawValue >= 0 else { throw SessionFailure(status, "The operator's client refused a file.") }
        return status == .empty ? 0 : taken
    }

    /// `ok`: the file is whole. Anything else: it is not, and the operator's client throws it away.
    public func finish(_ transfer: UInt32, _ status: Status) { table.pointee.finish(host, transfer, status.rawValue) }

    /// Asks for further bytes of the operator's file; `fileData` brings them.
    public func read(_ request: UInt32, most: Int = Files.largestPart) -> Status {
        Status(rawValue: table.pointee.read(host, request, UInt32(clamping: most)))
    }

    /// The plugin is done with the operator's file: `ok` after its end, else the reason.
    public func done(_ request: UInt32, _ status: Status) { table.pointee.done(host, request, status.rawValue) }
}

extension Host {
    public var files: Files? { Files(self) }
}
