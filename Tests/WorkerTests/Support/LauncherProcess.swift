import Built
import CLinux
import Glibc
import WorkerProtocol

/// A real scrier-launcher.
final class LauncherProcess {
    let pid: pid_t
    private let socket: Int32

    init(pool: ClosedRange<UInt32>, worker: String = Built.worker, secrets: [String] = []) throws {
        let (host, other) = try WorkerProcess.pair(SOCK_SEQPACKET)
        defer { close(other) }
        socket = host
        pid = try WorkerProcess.spawn(
            Built.launcher,
            [worker, "\(pool.lowerBound)-\(pool.upperBound)"] + secrets,
            [other, 2, 2]
        )
    }

    /// As somebody without rights.
    init(asUser uid: Int, secrets: [String] = []) throws {
        let (host, other) = try WorkerProcess.pair(SOCK_SEQPACKET)
        defer { close(other) }
        socket = host
        let arguments = ["--reuid=\(uid)", "--regid=\(uid)", "--clear-groups", Built.launcher, Built.worker] + secrets
        pid = try WorkerProcess.spawn("/usr/bin/setpriv", arguments, [other, 2, 2])
    }

    deinit {
        close(socket)
        waitpid(pid, nil, 0)
    }

    func start(
        _ id: UInt64,
        _ plugin: String,
        uid: UInt32,
        flags: UInt32 = 0,
        more: [Int32] = [],
        change: (inout scrier_launcher_request) -> Void = { _ in }
    ) throws -> SessionEnds {
        let messages = try WorkerProcess.pair()
        let transport = try WorkerProcess.pair()
        defer { for end in [messages.1, transport.1] { close(end) } }
        var request = scrier_launcher_request()
        request.version = SCRIER_LAUNCHER_VERSION
        request.kind = SCRIER_LAUNCHER_START
        request.id = id
        request.uid = uid
        request.flags = flags
        _ = scrier_launcher_set_plugin(&request, plugin)
        change(&request)
        let size = MemoryLayout<scrier_launcher_request>.size
        let descriptors = [messages.1, transport.1, 2] + more
        _ = clinux_send_with_descriptors(socket, &request, size, descriptors, UInt32(descriptors.count))
        return SessionEnds(messages: messages.0, transport: transport.0)
    }

    func signal(_ id: UInt64, _ number: Int32) {
        var request = scrier_launcher_request()
        request.version = SCRIER_LAUNCHER_VERSION
        request.kind = SCRIER_LAUNCHER_SIGNAL
        request.id = id
        request.signal = number
        _ = clinux_send_with_descriptors(socket, &request, MemoryLayout<scrier_launcher_request>.size, [], 0)
    }

    func send(bytes: [UInt8]) { _ = clinux_send_with_descriptors(socket, bytes, bytes.count, [], 0) }

    func report() -> scrier_launcher_report? {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 10_000) == 1 else { return nil }
        var report = scrier_launcher_report()
        let size = MemoryLayout<scrier_launcher_report>.size
        return recv(socket, &report, size, 0) == size ? report : nil
    }
}

/// The host's ends of a session that a launcher has started.
final class SessionEnds {
    private let messages: Int32
    private let transport: Int32
    private var decoder = WorkerFrameDecoder()

    init(messages: Int32, transport: Int32) {
        self.messages = messages
        self.transport = transport
    }

    deinit {
        close(messages)
        close(transport)
    }

    func send(_ message: BrokerMessage) {
        let bytes = message.frame.encoded
        _ = Glibc.send(messages, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Skips what comes before the first message that fits; nil at the end.
    func next(where fits: (WorkerMessage) -> Bool) throws -> WorkerMessage? {
        while true {
            while let frame = try decoder.next() {
                let message = try WorkerMessage(frame)
                if fits(message) { return message }
            }
            guard let bytes = WorkerProcess.read(messages) else { return nil }
            decoder.append(bytes)
        }
    }

    /// Asks a plugin with role `secrets`.
    func ask(_ method: String, _ body: [UInt8] = []) throws -> (status: Int32, fields: [[UInt8]])? {
        send(.request(1, method: method, body: body))
        let isReply: (WorkerMessage) -> Bool = { if case .reply = $0 { true } else { false } }
        guard case .reply(1, let status, let body) = try next(where: isReply) else { return nil }
        return (status, try body.fields())
    }

    func rest() throws -> [WorkerMessage] {
        var result: [WorkerMessage] = []
        while true {
            while let frame = try decoder.next() { result.append(try WorkerMessage(frame)) }
            guard let bytes = WorkerProcess.read(messages) else { return result }
            decoder.append(bytes)
        }
    }

    /// What ProbePlugin found: its attempts and their errno.
    func probed() throws -> [String: Int32] {
        var text: [UInt8] = []
        for case .output(let bytes) in try rest() { text += bytes }
        return Self.attempts(text.split(separator: UInt8(ascii: "\n")).map { Array($0) })
    }

    static func attempts(_ lines: [[UInt8]]) -> [String: Int32] {
        var result: [String: Int32] = [:]
        for line in lines {
            let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
            if parts.count == 2 { result[String(parts[0])] = Int32(parts[1]) }
        }
        return result
    }
}

extension [UInt8] {
    /// A body of the exchange, cut into its fields.
    func fields() throws -> [[UInt8]] {
        try withUnsafeBytes { body in
            var fields = ExchangeFields(body)
            var result: [[UInt8]] = []
            while let field = try fields.next() { result.append(Array(field)) }
            return result
        }
    }

    /// A body made of fields.
    static func body(_ fields: [UInt8]...) -> [UInt8] {
        fields.flatMap { field in
            (0..<4).map { UInt8(truncatingIfNeeded: field.count >> (8 * $0)) } + field
        }
    }
}
