import PluginKit

/// How the remote program ended.
enum RemoteExit: Equatable {
    case status(Int32)
    /// The signal's name without `SIG`.
    case signal(String)

    /// SSH names a signal as a string; anything but a plain name would go on to the operator's terminal.
    init(status: Int32, signal: String?) {
        guard let signal, !signal.isEmpty else {
            self = .status(status)
            return
        }
        let name = signal.hasPrefix("SIG") ? String(signal.dropFirst(3)) : signal
        let isPlain =
            (1...16).contains(name.utf8.count) && name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        self = .signal(isPlain ? name : "KILL")
    }

    func tell(_ terminal: Terminal) {
        switch self {
        case .status(let status): terminal.exited(status: status)
        case .signal(let name): terminal.killed(signal: name)
        }
    }
}
