import Glibc
import NIOCore

/// What was typed, on its way to the session: the operator's words to vigocli itself are taken out.
struct TypedKeys {
    let terminal: SystemTerminal
    let onSignal: @Sendable (CInt) -> Void
    private var keys = EscapeKeys()

    init(terminal: SystemTerminal, onSignal: @escaping @Sendable (CInt) -> Void) {
        self.terminal = terminal
        self.onSignal = onSignal
    }

    mutating func deliver(_ typed: UnsafeRawBufferPointer, to session: TerminalSession) {
        var rest = typed
        while !rest.isEmpty {
            let (bytes, command, taken) = keys.take(rest)
            if !bytes.isEmpty { session.typed(ByteBuffer(bytes: bytes)) }
            switch command {
            case .hangUp: return onSignal(SIGHUP)
            case .suspend: terminal.suspend()
            case .help: terminal.note(EscapeKeys.help)
            case nil: break
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
        }
    }
}
