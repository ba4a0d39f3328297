import Built
import Glibc
import WorkerProtocol

/// A real scrier-worker, with the test in the broker's place.
final class WorkerProcess {
    let messages: Int32
    let transport: Int32
    let log: Int32
    let pid: pid_t
    private var decoder = WorkerFrameDecoder()

    init(_ plugin: String) throws {
        let (hostMessages, workerMessages) = try Self.pair()
        let (hostTransport, workerTransport) = try Self.pair()
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw Failure(step: "pipe", number: errno) }
        messages = hostMessages
        transport = hostTransport
        log = pipe[0]
        pid = try Self.spawn(Built.worker, ["run", Built.plugin(plugin)], [workerMessages, workerTransport, pipe[1]])
        for descriptor in [workerMessages, workerTransport, pipe[1]] { close(descriptor) }
        for descriptor in [messages, transport, log] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    struct Failure: Error {
        let step: String
        let number: Int32
    }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        for descriptor in [messages, transport, log] { close(descriptor) }
    }

    func send(_ message: BrokerMessage) { send(message.frame.encoded) }

    func send(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(messages, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            start += count
        }
    }

    /// The next message; nil at the end, or when nothing comes for ten seconds.
    func next() throws -> WorkerMessage? {
        while true {
            if let frame = try decoder.next() { return try WorkerMessage(frame) }
            guard let bytes = Self.read(messages) else { return nil }
            decoder.append(bytes)
        }
    }

    /// Skips what comes before the first message that fits.
    func next(where fits: (WorkerMessage) -> Bool) throws -> WorkerMessage? {
        while let message = try next() {
            if fits(message) { return message }
        }
        return nil
    }

    /// Everything until the end.
    func rest() throws -> [WorkerMessage] {
        var result: [WorkerMessage] = []
        while let message = try next() { result.append(message) }
        return result
    }

    static func read(_ descriptor: Int32, milliseconds: Int32 = 10_000) -> [UInt8]? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    static func pair(_ type: __socket_type = SOCK_STREAM) throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(step: "socketpair", number: errno)
        }
        return (ends[0], ends[1])
    }

    static func spawn(_ path: String, _ arguments: [String], _ descriptors: [Int32]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("SWIFT_BACKTRACE=enable=no"), nil]
        defer { free(environment[0]) }
        let result = posix_spawn(&pid, path, &actions, nil, &pointers, &environment)
        guard result == 0 else { throw Failure(step: path, number: result) }
        return pid
    }
}
