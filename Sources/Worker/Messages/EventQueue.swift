import Glibc
import PluginAPI
import WorkerProtocol

/// What the plugin has not pulled yet. It reads the message socket itself, on the plugin's thread: `descriptor` is an
/// epoll instance that is readable when the socket is, so that a keystroke wakes the plugin and nobody in between.
final class EventQueue {
    private let socket: MessageSocket
    private let reader: FrameReader
    private let wake: Wake
    private var input = InputBuffer()
    private var queue: [QueuedEvent] = []
    private var queuedBytes = 0
    private var requests = OpenRequests()
    private var resize: QueuedEvent?
    private var buttons: UInt32 = 0
    private var borrowed: QueuedEvent?
    private var borrowedInput = 0
    private var inputIsHeld = false
    private var roomIsWanted = false
    private var closing = Closing.no
    /// The last read took all there was: the next call need not look again before the plugin has polled.
    private var justDrained = false

    /// Where there is a model of the screen.
    private var screen: SessionScreen?

    /// Set once by the broker's `start`, taken by the session.
    private(set) var start: StartSession?
    private var hasStarted = false
    /// What was wrong with what the broker said.
    private(set) var nonsense: String?

    private enum Closing { case no, asked, told }

    private static let mostEvents = 4096
    private static let mostBytes = 4 << 20

    init?(socket: MessageSocket) {
        guard let wake = Wake(socket: socket.descriptor) else { return nil }
        self.socket = socket
        self.wake = wake
        reader = FrameReader(descriptor: socket.descriptor)
        socket.whenSomethingIsKept = { [unowned self] in self.wake.watchForRoom(true) }
    }

    deinit { socket.whenSomethingIsKept = nil }

    var descriptor: Int32 { wake.descriptor }
    var isClosing: Bool { closing != .no }

    /// Waits for `start`; nil when the session is over before it began.
    func waitForStart() -> StartSession? {
        while start == nil && !isClosing {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, -1)
            read()
        }
        defer { start = nil }
        return start
    }

    func keep(_ screen: SessionScreen) {
        self.screen = screen
        wake.watch(screen.timer)
    }

    func holdInput(_ held: Bool) {
        inputIsHeld = held
        wake.set(hasSomething)
    }

    /// The plugin was told that there is no room.
    func wantRoom() {
        roomIsWanted = true
        wake.watchForRoom(true)
    }

    func isOpen(request: UInt32) -> Bool { requests.isOpen(request) }

    /// It has been replied to.
    func close(request: UInt32) { requests.close(request) }

    func next() -> scrier_event? {
        release()
        if socket.hasPending { socket.flush() }
        if justDrained { justDrained = false } else { read() }
        let event = takeNext()
        if event == nil {
            justDrained = false
            socket.tellConsumedWhenWorthIt()
            // Nothing else is to be done: a key never waits for it.
            screen?.tickWhenDue()
        }
        wake.set(hasSomething)
        wake.watchForRoom(roomIsWanted || socket.hasPending)
        return event
    }

    private var hasSomething: Bool {
        closing == .asked || resize != nil || !queue.isEmpty || (requests.hasWaiting && !roomIsWanted)
            || (input.count > borrowedInput && !inputIsHeld)
            || (roomIsWanted && socket.isBroken)
    }

    /// What the plugin had borrowed until now.
    private func release() {
        borrowed?.release()
        borrowed = nil
        guard borrowedInput > 0 else { return }
        input.removeFirst(borrowedInput)
        socket.noteConsumed(borrowedInput)
        borrowedInput = 0
    }

    private func takeNext() -> scrier_event? {
        if closing == .asked {
            closing = .told
            return QueuedEvent(type: SCRIER_EVENT_CLOSE).event
        }
        if let resize {
            self.resize = nil
            return resize.event
        }
        if !queue.isEmpty {
            let next = queue.removeFirst()
            queuedBytes -= next.storageSize
            borrowed = next
            return next.event
        }
        if roomIsWanted && socket.hasRoom {
            roomIsWanted = false
            return QueuedEvent(type: SCRIER_EVENT_WRITABLE).event
        }
        // A plugin that waits with a reply need not keep a second one.
        if !roomIsWanted, let next = requests.takeFirst() {
            borrowed = next
            return next.event
        }
        guard input.count > 0, !inputIsHeld else { return nil }
        let bytes = input.front(upTo: Int(SCRIER_INPUT_MAX))
        borrowedInput = bytes.count
        var event = QueuedEvent(type: SCRIER_EVENT_INPUT).event
        event.bytes = scrier_bytes(data: bytes.bindMemory(to: UInt8.self).baseAddress, size: bytes.count)
        return event
    }

    /// For a call that waits: what comes is taken, so that CLOSE is seen, and kept for `next`.
    func readMeanwhile() {
        read()
        justDrained = false
        wake.set(hasSomething)
    }

    private func read() {
        guard closing != .told, nonsense == nil else { return }
        do {
            while true {
                switch try reader.read(take) {
                case .more: continue
                case .drained: justDrained = true
                case .closed: endReading()
                }
                return
            }
        } catch {
            nonsense = "\(error)"
            endReading()
        }
    }

    /// Nothing more will come, or nothing that could be understood: for the plugin that is a CLOSE.
    private func endReading() {
        wake.forgetSocket()
        if closing == .no { closing = .asked }
    }

    private func take(_ part: FrameReader.Part) throws {
        switch part {
        case .input(let bytes):
            guard input.count + bytes.count <= WorkerFrame.maximumUnconsumedInput + WorkerFrame.maximumPayload else {
                throw WorkerProtocolError.malformed("the flow of input: more than was agreed on")
            }
            input.append(bytes)
        case .request(let payload):
            guard try requests.take(ExchangePayload.Request(payload), size: payload.count) else {
                throw WorkerProtocolError.malformed("the flow of requests: more than was agreed on, or a number twice")
            }
        case .frame(let frame):
            try take(try BrokerMessage(frame))
        }
    }

    private func take(_ message: BrokerMessage) throws {
        switch message {
        case .start(let session):
            guard !hasStarted else { throw WorkerProtocolError.malformed("a session: it was started twice") }
            hasStarted = true
            start = session
            reader.wipe()
            setSize(columns: session.columns, rows: session.rows, width: 0, height: 0)
        case .input, .request: break  // do not come this way
        case .look(let request): screen?.show(request)
        case .resize(let columns, let rows, let width, let height):
            setSize(columns: columns, rows: rows, width: width, height: height)
        case .close: if closing == .no { closing = .asked }
        default: try enqueue(QueuedEvent(message, buttons: &buttons))
        }
    }

    private func setSize(columns: UInt32, rows: UInt32, width: UInt32, height: UInt32) {
        screen?.resize(columns: columns, rows: rows)
        var event = QueuedEvent(type: SCRIER_EVENT_RESIZE)
        event.event.columns = columns
        event.event.rows = rows
        event.event.width = width
        event.event.height = height
        resize = event
    }

    private func enqueue(_ event: QueuedEvent?) throws {
        guard let event else { return }
        if event.isMove, let last = queue.last, last.isMove {
            queue[queue.count - 1] = event
            return
        }
        guard queue.count < Self.mostEvents, queuedBytes + event.storageSize <= Self.mostBytes else {
            event.release()
            throw WorkerProtocolError.malformed("the flow of events: more than a plugin that is alive leaves waiting")
        }
        queue.append(event)
        queuedBytes += event.storageSize
    }
}
