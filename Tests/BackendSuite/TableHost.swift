import Glibc
import PluginAPI

/// `scrier_host` with the extensions of a backend. Everything behind one lock: the plugin runs on a thread of its own.
final class TableHost: @unchecked Sendable {
    typealias Continuation = CheckedContinuation<(Int32, [UInt8]), any Error>

    private enum Event {
        case request(UInt32, String, [UInt8])
        case close
    }

    private let plugin: UnsafePointer<scrier_plugin>
    private let table = UnsafeMutablePointer<scrier_host>.allocate(capacity: 1)
    private let exchange = UnsafeMutablePointer<scrier_exchange>.allocate(capacity: 1)
    private let dial = UnsafeMutablePointer<scrier_dial>.allocate(capacity: 1)
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let endpoints: [String: UInt16]
    private var values: [String: UnsafeMutableRawBufferPointer] = [:]
    private var pipe: [CInt] = [-1, -1]
    private var thread: pthread_t?
    private var events: [Event] = []
    private var lent: [UnsafeMutableRawBufferPointer] = []
    private var open: [UInt32: Continuation] = [:]
    private var lastNumber: UInt32 = 0
    private var toldEpochs: [UInt64] = []
    private var lastSentence: String?
    private var status: Int32?

    init(
        _ plugin: UnsafePointer<scrier_plugin>,
        _ parameters: [String: String],
        _ secrets: [String: [UInt8]],
        _ endpoints: [String: UInt16]
    ) {
        self.plugin = plugin
        self.endpoints = endpoints
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        _ = Glibc.pipe(&pipe)
        for (name, value) in parameters { values[name] = Self.copy(Array(value.utf8)) }
        for (name, value) in secrets { values[name] = Self.copy(value) }
        fillTables()
    }

    deinit {
        for end in pipe { Glibc.close(end) }
        for memory in Array(values.values) + lent { memory.deallocate() }
        table.deallocate()
        exchange.deallocate()
        dial.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    // MARK: What the test does

    func start() {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                let host = Unmanaged<TableHost>.fromOpaque(argument!).takeRetainedValue()
                if let prepare = host.plugin.pointee.prepare, prepare() < 0 {
                    host.ended(with: Int32(SCRIER_INTERNAL))
                } else {
                    host.ended(with: host.plugin.pointee.run(host.table, -1))
                }
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        self.thread = thread
    }

    func ask(_ method: String, _ body: [UInt8], _ continuation: Continuation) {
        let isOver = locked { () -> Bool in
            guard status == nil else { return true }
            lastNumber += 1
            open[lastNumber] = continuation
            events.append(.request(lastNumber, method, body))
            return false
        }
        if isOver {
            return continuation.resume(throwing: BackendFailure("the backend has ended: \(explanation ?? "")"))
        }
        _ = write(pipe[1], "!", 1)
    }

    func close() -> Int32 {
        guard let thread else { return locked { status ?? 0 } }
        locked { events.insert(.close, at: 0) }
        _ = write(pipe[1], "!", 1)
        pthread_join(thread, nil)
        self.thread = nil
        return locked { status ?? 0 }
    }

    var epochs: [UInt64] { locked { toldEpochs } }
    var explanation: String? { locked { lastSentence } }

    private func ended(with status: Int32) {
        let waiting = locked { () -> [Continuation] in
            self.status = status
            defer { open = [:] }
            return Array(open.values)
        }
        for continuation in waiting {
            continuation.resume(throwing: BackendFailure("the backend has ended: \(explanation ?? "")"))
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }

    // MARK: What the plugin calls

    private func next(_ event: UnsafeMutablePointer<scrier_event>) -> Int32 {
        locked {
            for memory in lent { memory.deallocate() }
            lent = []
            guard !events.isEmpty else { return Int32(SCRIER_EMPTY) }
            var byte: UInt8 = 0
            _ = read(pipe[0], &byte, 1)
            switch events.removeFirst() {
            case .close: event.pointee.type = UInt32(SCRIER_EVENT_CLOSE)
            case .request(let number, let method, let body):
                lent = [Self.copy(body), Self.copy(Array(method.utf8))]
                event.pointee.type = UInt32(SCRIER_EVENT_REQUEST)
                event.pointee.request = number
                event.pointee.bytes = Self.view(lent[0])
                event.pointee.name = UnsafePointer(lent[1].baseAddress!.assumingMemoryBound(to: CChar.self))
            }
            return Int32(SCRIER_OK)
        }
    }

    private func reply(_ number: UInt32, _ status: Int32, _ body: scrier_bytes) -> Int32 {
        guard body.size <= Int(SCRIER_EXCHANGE_MAX) else { return Int32(SCRIER_TOO_LARGE) }
        let copied = Array(UnsafeRawBufferPointer(start: body.data, count: body.size))
        guard let continuation = locked({ open.removeValue(forKey: number) }) else { return Int32(SCRIER_INVALID) }
        continuation.resume(returning: (status, copied))
        return Int32(SCRIER_OK)
    }

    private func notified(_ topic: String, _ body: scrier_bytes) {
        let copied = Array(UnsafeRawBufferPointer(start: body.data, count: body.size))
        guard topic == "epoch", let text = try? BackendAnswer(status: 0, body: copied).texts.first else { return }
        locked { if let epoch = UInt64(text) { toldEpochs.append(epoch) } }
    }

    private func connect(_ endpoint: String) -> Int32 {
        guard let port = endpoints[endpoint] else { return Int32(SCRIER_DENIED) }
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return connection }
        Glibc.close(connection)
        return Int32(SCRIER_UNREACHABLE)
    }

    private func fillTables() {
        table.initialize(to: scrier_host())
        table.pointee.size = UInt32(MemoryLayout<scrier_host>.size)
        table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.events = pipe[0]
        table.pointee.next_event = { TableHost.of($0).next($1!) }
        table.pointee.parameter = { host, name in
            TableHost.of(host).values[String(cString: name!)].map(TableHost.view) ?? scrier_bytes()
        }
        table.pointee.secret = table.pointee.parameter
        table.pointee.ready = { _ in }
        table.pointee.log = { _, _, _ in }
        table.pointee.explain = { host, sentence in
            let bytes = UnsafeRawBufferPointer(start: sentence.data, count: sentence.size)
            let (host, text) = (TableHost.of(host), String(decoding: bytes, as: UTF8.self))
            host.locked { host.lastSentence = text }
        }
        table.pointee.extension = { host, name in
            let host = TableHost.of(host)
            switch String(cString: name!) {
            case SCRIER_EXCHANGE: return UnsafeRawPointer(host.exchange)
            case SCRIER_DIAL where !host.endpoints.isEmpty: return UnsafeRawPointer(host.dial)
            default: return nil
            }
        }
        exchange.initialize(to: scrier_exchange())
        exchange.pointee.size = UInt32(MemoryLayout<scrier_exchange>.size)
        exchange.pointee.reply = { TableHost.of($0).reply($1, $2, $3) }
        exchange.pointee.notify = { host, topic, body in
            TableHost.of(host).notified(String(cString: topic!), body)
            return Int32(SCRIER_OK)
        }
        dial.initialize(to: scrier_dial())
        dial.pointee.size = UInt32(MemoryLayout<scrier_dial>.size)
        dial.pointee.open = { host, endpoint, _ in TableHost.of(host).connect(String(cString: endpoint!)) }
    }

    private static func of(_ host: UnsafePointer<scrier_host>?) -> TableHost {
        Unmanaged.fromOpaque(host!.pointee.context).takeUnretainedValue()
    }

    /// With a NUL behind it.
    private static func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
        copy.copyBytes(from: bytes)
        copy[bytes.count] = 0
        return copy
    }

    private static func view(_ memory: UnsafeMutableRawBufferPointer) -> scrier_bytes {
        scrier_bytes(data: memory.baseAddress?.assumingMemoryBound(to: UInt8.self), size: memory.count - 1)
    }
}
