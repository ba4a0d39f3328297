import Built
import CLinux
import Glibc
import WorkerProtocol

/// A real scrier-launcher.
final class LauncherProcess {
    let pid: pid_t
    private let socket: Int32

    init(pool: ClosedRange<UInt32>, worker: String = Built.worker) throws {
        let (host, other) = try WorkerProcess.pair(SOCK_SEQPACKET)
        defer { close(other) }
        socket = host
        pid = try WorkerProcess.spawn(
            Built.launcher,
            [worker, "\(pool.lowerBound)-\(pool.upperBound)"],
            [other, 2, 2]
        )
    }

    /// As somebody without rights.
    init(asUser uid: Int) throws {
        let (host, other) = try WorkerProcess.pair(SOCK_SEQPACKET)
        defer { close(other) }
        socket = host
        let arguments = ["--reuid=\(uid)", "--regid=\(uid)", "--clear-groups", Built.launcher, Built.worker]
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
        _ = scrier_launcher_set_plugin(&request, plugin)
        change(&request)
        let size = MemoryLayout<scrier_launcher_request>.size
        let descriptors = [messages.1, transport.1, 2]
        _ = clinux_send_with_descriptors(socket, &request, size, descriptors, 3)
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
        var result: [String: Int32] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { result[String(parts[0])] = Int32(parts[1]) }
        }
        return result
    }
}
