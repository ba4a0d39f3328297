/// What the broker says to a worker.
package enum BrokerMessage: Equatable, Sendable {
    /// Exactly once, after the worker said `confined`.
    case start(StartSession)
    /// Raw bytes typed into a terminal. Counts towards `WorkerFrame.maximumUnconsumedInput` until `consumed`.
    case input([UInt8])
    /// Sizes in characters and, where known, in pixels.
    case resize(columns: UInt32, rows: UInt32, width: UInt32, height: UInt32)
    /// `keysym` is X11's, `code` a USB HID usage or 0.
    case key(keysym: UInt32, code: UInt32, pressed: Bool)
    case pointer(x: Int32, y: Int32, buttons: UInt32)
    case clipboard(mime: String, bytes: [UInt8])
    case request(UInt32, method: String, body: [UInt8])
    /// To `ask` or `check`; `status` is a `scrier_status`.
    case answer(UInt32, status: Int32, bytes: [UInt8])
    /// Finish. Overtakes everything that waits before it.
    case close
    /// Asks for `screen`, with the same number.
    case look(UInt32)

    package enum Kind: UInt16, Sendable {
        case start = 1
        case input, resize, key, pointer, clipboard, request, answer, close
        case look = 0x20
    }

    package var kind: Kind {
        switch self {
        case .start: .start
        case .input: .input
        case .resize: .resize
        case .key: .key
        case .pointer: .pointer
        case .clipboard: .clipboard
        case .request: .request
        case .answer: .answer
        case .close: .close
        case .look: .look
        }
    }
}
