import PluginAPI

/// What a client or the server wants of the session. Buffers and strings inside buffers are lent until the next `nextEvent()`.
public enum Event {
    /// Finish and return.
    case close
    /// Typed into a terminal.
    case input(UnsafeRawBufferPointer)
    /// The first event of a session, and whenever the client's window changes.
    case resize(WindowSize)
    case key(Key)
    case pointer(Pointer)
    case clipboard(mime: String, UnsafeRawBufferPointer)
    /// To be answered by `Exchange.reply`.
    case request(UInt32, method: String, body: UnsafeRawBufferPointer)
    /// What took nothing has room again.
    case writable
    /// The client can take another picture.
    case frame
    /// What became of a question (`Prompt`, `Trust`); the bytes count only when the status is `ok`.
    case answer(UInt32, Status, UnsafeRawBufferPointer)
    /// The operator sends a file (`Files`); nil when its length is not known beforehand.
    case file(UInt32, name: String, length: UInt64?)
    /// A part that `Files.read` asked for; no bytes at its end.
    case fileData(UInt32, Status, UnsafeRawBufferPointer)

    public struct Key: Hashable, Sendable {
        /// X11's number of the symbol.
        public var keysym: UInt32
        /// USB HID usage, 0 when unknown.
        public var code: UInt32
        public var isPressed: Bool
    }

    public struct Pointer: Hashable, Sendable {
        public var x: Int32
        public var y: Int32
        /// Bit 0 left, 1 middle, 2 right; the wheel: 3 up, 4 down, 5 left, 6 right.
        public var buttons: UInt32
    }
}

/// The size of the client's window: in characters for terminals, in pixels for displays (zero: unknown).
public struct WindowSize: Hashable, Sendable {
    public var columns: UInt32
    public var rows: UInt32
    public var width: UInt32
    public var height: UInt32

    public init(columns: UInt32, rows: UInt32, width: UInt32 = 0, height: UInt32 = 0) {
        self.columns = columns
        self.rows = rows
        self.width = width
        self.height = height
    }
}

extension Event {
    /// Nil for a type that this PluginKit does not know yet: such events are skipped.
    init?(_ event: scrier_event) {
        let bytes = UnsafeRawBufferPointer(event.bytes)
        let name = event.name.map { String(cString: $0) } ?? ""
        switch Int(event.type) {
        case SCRIER_EVENT_CLOSE: self = .close
        case SCRIER_EVENT_INPUT: self = .input(bytes)
        case SCRIER_EVENT_RESIZE:
            self = .resize(
                WindowSize(columns: event.columns, rows: event.rows, width: event.width, height: event.height)
            )
        case SCRIER_EVENT_KEY:
            self = .key(Key(keysym: event.keysym, code: event.code, isPressed: event.pressed != 0))
        case SCRIER_EVENT_POINTER:
            self = .pointer(Pointer(x: event.x, y: event.y, buttons: event.buttons))
        case SCRIER_EVENT_CLIPBOARD: self = .clipboard(mime: name, bytes)
        case SCRIER_EVENT_REQUEST: self = .request(event.request, method: name, body: bytes)
        case SCRIER_EVENT_WRITABLE: self = .writable
        case SCRIER_EVENT_FRAME: self = .frame
        case SCRIER_EVENT_ANSWER: self = .answer(event.request, Status(rawValue: event.status), bytes)
        case SCRIER_EVENT_FILE:
            self = .file(event.request, name: name, length: event.length == UInt64.max ? nil : event.length)
        case SCRIER_EVENT_FILE_DATA: self = .fileData(event.request, Status(rawValue: event.status), bytes)
        default: return nil
        }
    }
}
