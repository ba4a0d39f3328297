import Foundation
import PluginAPI

/// A worker made of nothing but its C table: the session sees no difference. Everything behind one lock, because the
/// session runs on a thread of its own.
final class FakeHost: @unchecked Sendable {
    struct Exit: Equatable {
        var status: Int32
        var signal: String?
    }

    private struct Event {
        var type: Int
        var bytes: [UInt8] = []
        var columns: UInt32 = 0
        var rows: UInt32 = 0
    }

    let table = UnsafeMutablePointer<scrier_host>.allocate(capacity: 1)
    private let terminal = UnsafeMutablePointer<scrier_terminal>.allocate(capacity: 1)
    private let lock = NSCondition()
    private var pipe: [CInt] = [-1, -1]
    private var events: [Event] = []
    private var lent: UnsafeMutableRawBufferPointer?
    private var values: [String: UnsafeMutableRawBufferPointer] = [:]
    private var isInputHeld = false
    private var room = Int.max
    private var isWriterWaiting = false

    private(set) var output: [UInt8] = []
    private(set) var outputCount = 0
    private(set) var explanations: [String] = []
    private(set) var exit: Exit?
    private(set) var isReady = false
    /// Where only the amount matters.
    var keepsOutput = true

    init(parameters: [String: String], secrets: [String: [UInt8]]) {
        Foundation.pipe(&pipe)
        _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)
        for (name, value) in parameters { values[name] = Self.copy(Array(value.utf8)) }
        for (name, value) in secrets { values[name] = Self.copy(value) }
        fillTerminal()
        fillTable()
    }

    deinit {
        close(pipe[0])
        close(pipe[1])
        values.values.forEach { $0.deallocate() }
        lent?.deallocate()
        terminal.deallocate()
        table.deallocate()
    }

    // MARK: What the test does

    func send(input: String) { post(Event(type: SCRIER_EVENT_INPUT, bytes: Array(input.utf8))) }
    func send(columns: UInt32, rows: UInt32) { post(Event(type: SCRIER_EVENT_RESIZE, columns: columns, rows: rows)) }
    func sendClose() { post(Event(type: SCRIER_EVENT_CLOSE), first: true) }

    /// How many further bytes the terminal takes.
    func allow(_ count: Int) {
        lock.lock()
        room = count
        let wasWaiting = isWriterWaiting && count > 0
        if wasWaiting { isWriterWaiting = false }
        lock.unlock()
        if wasWaiting { post(Event(type: SCRIER_EVENT_WRITABLE)) }
    }

    var text: String { locked { String(decoding: $0.output, as: UTF8.self) } }
    var count: Int { locked { $0.outputCount } }

    /// False when it did not come true in time.
    func wait(_ seconds: TimeInterval = 10, until condition: (FakeHost) -> Bool) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !condition(self) {
            guard lock.wait(until: deadline) else { return condition(self) }
        }
        return true
    }

    func waitForText(_ text: String, _ seconds: TimeInterval = 10) -> Bool {
        wait(seconds) { String(decoding: $0.output, as: UTF8.self).contains(text) }
    }

    func locked<Value>(_ body: (FakeHost) -> Value) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return body(self)
    }

    // MARK: What the session calls

    private func post(_ event: Event, first: Bool = false) {
        lock.lock()
        events.insert(event, at: first ? 0 : events.count)
        lock.unlock()
        wake()
    }

    private func wake() { _ = write(pipe[1], "!", 1) }

    private func next(_ event: UnsafeMutablePointer<scrier_event>) -> Int32 {
        lock.lock()
        defer { lock.unlock() }
        lent?.deallocate()
        lent = nil
        var drained = [UInt8](repeating: 0, count: 64)
        while read(pipe[0], &drained, drained.count) > 0 {}
        guard let index = events.firstIndex(where: { !isInputHeld || $0.type != SCRIER_EVENT_INPUT }) else {
            return Int32(SCRIER_EMPTY)
        }
        let next = events.remove(at: index)
        if !events.isEmpty { wake() }
        event.pointee.type = UInt32(next.type)
        event.pointee.columns = next.columns
        event.pointee.rows = next.rows
        let bytes = Self.copy(next.bytes)
        lent = bytes
        event.pointee.bytes = Self.view(bytes)
        return Int32(SCRIER_OK)
    }

    private func take(_ bytes: scrier_bytes, _ taken: UnsafeMutablePointer<Int>) -> Int32 {
        lock.lock()
        defer { lock.unlock() }
        let count = min(room, bytes.size, 64 * 1024)
        guard count > 0 else {
            isWriterWaiting = true
            return Int32(SCRIER_EMPTY)
        }
        if room != .max { room -= count }
        outputCount += count
        if keepsOutput { output += UnsafeRawBufferPointer(start: bytes.data, count: count) }
        taken.pointee = count
        lock.broadcast()
        return Int32(SCRIER_OK)
    }

    private func change(_ body: (FakeHost) -> Void) {
        lock.lock()
        body(self)
        lock.broadcast()
        lock.unlock()
    }

    private func fillTerminal() {
        terminal.initialize(
            to: scrier_terminal(
                size: UInt32(MemoryLayout<scrier_terminal>.size),
                reserved: 0,
                write: { host, output, taken in FakeHost.of(host).take(output, taken!) },
                exited: { host, status, signal in
                    FakeHost.of(host).change {
                        $0.exit = Exit(status: status, signal: signal.map { String(cString: $0) })
                    }
                },
                hold_input: { host, held in
                    FakeHost.of(host).change { $0.isInputHeld = held != 0 }
                    FakeHost.of(host).wake()
                }
            )
        )
    }

    private func fillTable() {
        table.initialize(to: scrier_host())
        table.pointee.size = UInt32(MemoryLayout<scrier_host>.size)
        table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.events = pipe[0]
        table.pointee.next_event = { host, event in FakeHost.of(host).next(event!) }
        table.pointee.parameter = { host, name in
            FakeHost.of(host).values[String(cString: name!)].map(FakeHost.view) ?? scrier_bytes()
        }
        table.pointee.secret = table.pointee.parameter
        table.pointee.ready = { host in FakeHost.of(host).change { $0.isReady = true } }
        table.pointee.explain = { host, sentence in
            let text = String(
                decoding: UnsafeRawBufferPointer(start: sentence.data, count: sentence.size),
                as: UTF8.self
            )
            FakeHost.of(host).change { $0.explanations.append(text) }
        }
        table.pointee.log = { _, _, _ in }
        table.pointee.extension = { host, name in
            String(cString: name!) == SCRIER_TERMINAL ? UnsafeRawPointer(FakeHost.of(host).terminal) : nil
        }
    }

    private static func of(_ host: UnsafePointer<scrier_host>?) -> FakeHost {
        Unmanaged.fromOpaque(host!.pointee.context).takeUnretainedValue()
    }

    private static func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        copy.copyBytes(from: bytes)
        return UnsafeMutableRawBufferPointer(start: copy.baseAddress, count: bytes.count)
    }

    private static func view(_ bytes: UnsafeMutableRawBufferPointer) -> scrier_bytes {
        scrier_bytes(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: bytes.count)
    }
}
