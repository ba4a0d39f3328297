/// What a worker says to the broker.
package enum WorkerMessage: Equatable, Sendable {
    /// No secret may be sent before this.
    case confined(ConfinementReport)
    /// The target has let us in.
    case ready
    /// Raw bytes for the terminal.
    case output([UInt8])
    /// How the remote program ended: its status, or -1 and the signal's name ("TERM").
    case exited(status: Int32, signal: String?)
    /// One sentence for the operator on why the session is about to fail.
    case explain(String)
    /// That much more input has been taken by the plugin.
    case consumed(UInt32)
    /// The plugin's `run` returned, or was never reached; a `scrier_status`. Nothing follows.
    case ended(status: Int32)
    /// A question for the operator; `hidden` answers are not echoed.
    case ask(UInt32, hidden: Bool, question: String)
    /// The target's clipboard.
    case clipboard(mime: String, bytes: [UInt8])
    /// Whether the target may present this key.
    case check(UInt32, kind: String, key: [UInt8])
    /// To a `request`; `status` is a `scrier_status`.
    case reply(UInt32, status: Int32, body: [UInt8])
    /// Something changed that nobody asked about.
    case notify(topic: String, body: [UInt8])
    /// Asks for a connection to an endpoint by its name. The answer comes as a packet on the socket for descriptors.
    case dial(UInt32, endpoint: String, milliseconds: UInt32)
    /// Lines that stood on the screen and have not been told before.
    case text([String])
    /// The answer to `look`: what paints the screen as it is behind all output so far.
    case screen(UInt32, columns: UInt32, rows: UInt32, paint: [UInt8])

    package enum Kind: UInt16, Sendable {
        case confined = 0x8001
        case ready, output, exited, explain, consumed, ended, ask, clipboard, check, reply, notify, dial
        case text = 0x8020
        case screen
    }

    package var kind: Kind {
        switch self {
        case .confined: .confined
        case .ready: .ready
        case .output: .output
        case .exited: .exited
        case .explain: .explain
        case .consumed: .consumed
        case .ended: .ended
        case .ask: .ask
        case .clipboard: .clipboard
        case .check: .check
        case .reply: .reply
        case .notify: .notify
        case .dial: .dial
        case .text: .text
        case .screen: .screen
        }
    }
}
