import Glibc

/// One connection to an ssh-agent.
final class SSHAgentSocket {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant

    init(path: String, patience: Duration) throws(SSHAgentError) {
        deadline = .now + patience
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .unreachable("its path is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        // Not blocking, a connect to a Unix socket succeeds at once or not at all.
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw .unreachable(String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Sends a message and gives the answer, both without the length in front of them.
    func exchange(_ message: [UInt8]) throws(SSHAgentError) -> [UInt8] {
        try send((0..<4).map { UInt8(truncatingIfNeeded: message.count >> ((3 - $0) * 8)) } + message)
        let length = try receive(4).reduce(0) { $0 << 8 | Int($1) }
        guard (1...SSHAgentAnswer.limit).contains(length) else { throw .nonsense }
        return try receive(length)
    }

    private func send(_ bytes: [UInt8]) throws(SSHAgentError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: POLLOUT)
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw .unreachable(String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(_ count: Int) throws(SSHAgentError) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: min(count, 16 << 10))
        while bytes.count < count {
            try wait(for: POLLIN)
            let got = recv(descriptor, &part, min(part.count, count - bytes.count), 0)
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            guard got > 0 else { throw .nonsense }
            bytes += part[..<got]
        }
        return bytes
    }

    private func wait(for events: Int32) throws(SSHAgentError) {
        var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let left = deadline - .now
            guard left > .zero else { throw .silent }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            if poll(&polled, 1, Int32(clamping: milliseconds + 1)) > 0 { return }
        }
    }
}
