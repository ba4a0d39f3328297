import PluginAPI

/// `scrier.terminal/1`: the operator's terminal.
public struct Terminal {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_terminal>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_TERMINAL, as: scrier_terminal.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// Writes to the screen, escape codes and all, and says how many bytes were taken. Never waits: when there is no
    /// room it takes nothing, and a `writable` event follows.
    public func write(_ output: UnsafeRawBufferPointer) throws -> Int {
        var taken = 0
        let status = Status(rawValue: table.pointee.write(host, scrier_bytes(output), &taken))
        guard status.rawValue >= 0 else { throw SessionFailure(status, "The terminal refused output.") }
        return status == .empty ? 0 : taken
    }

    /// The remote program returned.
    public func exited(status: Int32) { table.pointee.exited(host, status, nil) }

    /// A signal ended the remote program: `"TERM"`, without `SIG`.
    public func killed(signal: String) { table.pointee.exited(host, -1, signal) }

    /// While held, no `input` event comes, but every other one does: for a target that takes no more input for now.
    public func holdInput(_ isHeld: Bool) { table.pointee.hold_input(host, isHeld ? 1 : 0) }
}

extension Host {
    public var terminal: Terminal? { Terminal(self) }
}
