import Foundation
import PluginAPI

/// A worker made of nothing but its C tables: the plugin sees no difference. Everything behind one lock, because the
/// plugin runs on a thread of its own.
final class FakeHost: @unchecked Sendable {
    struct Answer: Equatable {
        var status: Int32
        var fields: [[UInt8]]
    }

    private struct Event {
        var type: Int
        var request: UInt32 = 0
        var name = ""
        var bytes: [UInt8] = []
    }

    let table = UnsafeMutablePointer<scrier_host>.allocate(capacity: 1)
    private let exchange = UnsafeMutablePointer<scrier_exchange>.allocate(capacity: 1)
    private let dial = UnsafeMutablePointer<scrier_dial>.allocate(capacity: 1)
    private let lock = NSCondition()
    private var pipe: [CInt] = [-1, -1]
    private var events: [Event] = []
    private var lent: (UnsafeMutableRawBufferPointer, UnsafeMutablePointer<CChar>?)?
    private var values: [String: UnsafeMutableRawBufferPointer] = [:]
    private var lastRequest: UInt32 = 0
    private var answers: [UInt32: Answer] = [:]
    private var room = Int.max

    private(set) var epochs: [UInt64] = []
    private(set) var explanations: [String] = []
    private(set) var lines: [String] = []
    private(set) var dials = 0
    private(set) var isReady = false
    /// Where `dial` leads; nil: nobody answers there.
    private var port: UInt16?

    init(parameters: [String: String], secrets: [String: [UInt8]], port: UInt16?) {
        self.port = port
        Foundation.pipe(&pipe)
        _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)
        for (name, value) in parameters { values[name] = Self.copy(Array(value.utf8)) }
        for (name, value) in secrets { values[name] = Self.copy(value) }
        fillTables()
    }

    deinit {
        close(pipe[0])
        close(pipe[1])
        values.values.forEach { $0.deallocate() }
        giveBack()
        exchange.deallocate()
        dial.deallocate()
        table.deallocate()
    }

    // MARK: What the test does

    func send(_ method: String, body: [UInt8]) -> UInt32 {
        let number = locked { host in
            host.lastRequest += 1
            return host.lastRequest
        }
        post(Event(type: SCRIER_EVENT_REQUEST, request: number, name: method, bytes: body))
        return number
    }

    /// Nil when none came in time.
    func answer(to request: UInt32, _ seconds: TimeInterval = 20) -> Answer? {
        var answer: Answer?
        _ = wait(seconds) { host in
            answer = host.answers.removeValue(forKey: request)
            return answer != nil
        }
        return answer
    }

    func sendClose() { post(Event(type: SCRIER_EVENT_CLOSE), first: true) }
    func lead(to port: UInt16?) { locked { $0.port = port } }

    /// So many answers are taken from now on.
    func allow(_ count: Int) {
        locked { $0.room = count }
        if count > 0 { post(Event(type: SCRIER_EVENT_WRITABLE)) }
    }

    /// False when it did not come true in time.
    func wait(_ seconds: TimeInterval = 20, until condition: (FakeHost) -> Bool) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !condition(self) {
            guard lock.wait(until: deadline) else { return condition(self) }
        }
        return true
    }

    func locked<Value>(_ body: (FakeHost) -> Value) -> Value {
        lock.lock()
        defer {
            lock.broadcast()
            lock.unlock()
        }
        return body(self)
    }

    // MARK: What the plugin calls

    private func post(_ event: Event, first: Bool = false) {
        locked { $0.events.insert(event, at: first ? 0 : $0.events.count) }
        _ = write(pipe[1], "!", 1)
    }

    private func next(_ event: UnsafeMutablePointer<scrier_event>) -> Int32 {
        lock.lock()
        defer { lock.unlock() }
        giveBack()
        var drained = [UInt8](repeating: 0, count: 64)
        while read(pipe[0], &drained, drained.count) > 0 {}
        guard !events.isEmpty else { return Int32(SCRIER_EMPTY) }
        let next = events.removeFirst()
        if !events.isEmpty { _ = write(pipe[1], "!", 1) }
        let (bytes, name) = (Self.copy(next.bytes), strdup(next.name))
        lent = (bytes, name)
        event.pointee.type = UInt32(next.type)
        event.pointee.request = next.request
        event.pointee.name = UnsafePointer(name)
        event.pointee.bytes = Self.view(bytes)
        return Int32(SCRIER_OK)
    }

    /// What was lent is gone with the next event: overwritten, so that a plugin that goes on using it is found out.
    private func giveBack() {
        guard let (bytes, name) = lent else { return }
        for index in bytes.indices { bytes[index] = 0xdd }
        bytes.deallocate()
        free(name)
        lent = nil
    }

    private func take(_ request: UInt32, _ status: Int32, _ body: scrier_bytes) -> Int32 {
        locked { host in
            guard host.room > 0 else { return Int32(SCRIER_EMPTY) }
            if host.room != .max { host.room -= 1 }
            host.answers[request] = Answer(status: status, fields: Self.fields(body))
            return Int32(SCRIER_OK)
        }
    }

    private func notify(_ topic: String, _ body: scrier_bytes) -> Int32 {
        locked { host in
            guard host.room > 0 else { return Int32(SCRIER_EMPTY) }
            if topic == "epoch", let text = Self.fields(body).first,
                let epoch = UInt64(String(decoding: text, as: UTF8.self))
            {
                host.epochs.append(epoch)
            }
            return Int32(SCRIER_OK)
        }
    }

    private func connect() -> Int32 {
        let port = locked { host in
            host.dials += 1
            return host.port
        }
        guard let port, let descriptor = try? Loopback.connect(port) else { return Int32(SCRIER_UNREACHABLE) }
        return descriptor
    }

    private func fillTables() {
        exchange.initialize(
            to: scrier_exchange(
                size: UInt32(MemoryLayout<scrier_exchange>.size),
                reserved: 0,
                reply: { host, request, status, body in FakeHost.of(host).take(request, status, body) },
                notify: { host, topic, body in FakeHost.of(host).notify(String(cString: topic!), body) }
            )
        )
        dial.initialize(
            to: scrier_dial(
                size: UInt32(MemoryLayout<scrier_dial>.size),
                reserved: 0,
                open: { host, endpoint, _ in
                    String(cString: endpoint!) == "vault" ? FakeHost.of(host).connect() : Int32(SCRIER_DENIED)
                }
            )
        )
        table.initialize(to: scrier_host())
        table.pointee.size = UInt32(MemoryLayout<scrier_host>.size)
        table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.events = pipe[0]
        table.pointee.next_event = { host, event in FakeHost.of(host).next(event!) }
        table.pointee.parameter = { host, name in
            FakeHost.of(host).values[String(cString: name!)].map(FakeHost.view) ?? scrier_bytes()
        }
        table.pointee.secret = table.pointee.parameter
        table.pointee.ready = { host in FakeHost.of(host).locked { $0.isReady = true } }
        table.pointee.explain = { host, sentence in
            FakeHost.of(host).locked { $0.explanations.append(FakeHost.text(sentence)) }
        }
        table.pointee.log = { host, _, line in FakeHost.of(host).locked { $0.lines.append(FakeHost.text(line)) } }
        table.pointee.extension = { host, name in
            switch String(cString: name!) {
            case SCRIER_EXCHANGE: UnsafeRawPointer(FakeHost.of(host).exchange)
            case SCRIER_DIAL: UnsafeRawPointer(FakeHost.of(host).dial)
            default: nil
            }
        }
    }

    private static func of(_ host: UnsafePointer<scrier_host>?) -> FakeHost {
        Unmanaged.fromOpaque(host!.pointee.context).takeUnretainedValue()
    }

    private static func text(_ bytes: scrier_bytes) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes.data, count: bytes.size), as: UTF8.self)
    }

    private static func fields(_ body: scrier_bytes) -> [[UInt8]] {
        var rest = Array(UnsafeRawBufferPointer(start: body.data, count: body.size))[...]
        var fields: [[UInt8]] = []
        while rest.count >= 4 {
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            fields.append(Array(rest.dropFirst(4).prefix(length)))
            rest = rest.dropFirst(4 + length)
        }
        return fields
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
