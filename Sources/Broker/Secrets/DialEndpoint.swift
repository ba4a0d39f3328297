import Glibc
import Trust

/// A host and port that a plugin which needs `dial/1` may be connected to, under the name that server.yaml gives it.
package struct DialEndpoint: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: UInt16

    /// `host:port`, an IPv6 address in brackets; nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let isHost = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard (1...255).contains(host.utf8.count), isHost, !host.contains("["), !host.contains("]") else { return nil }
        self.host = String(host)
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// A connected, blocking TCP socket. Waits, at most that long once the name is resolved: not for an event loop.
    func connect(milliseconds: Int64) throws(DialFailure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else { throw .unreachable }
        defer { freeaddrinfo(first) }
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        var failure = DialFailure.unreachable
        for address in sequence(first: first, next: { $0.pointee.ai_next }) {
            do throws(DialFailure) {
                return try Self.connect(address.pointee, before: end)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(
        _ address: addrinfo,
        before end: ContinuousClock.Instant
    ) throws(DialFailure) -> Int32 {
        let type = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(address.ai_family, type, address.ai_protocol)
        guard socket >= 0 else { throw .unreachable }
        var failure: DialFailure?
        if Glibc.connect(socket, address.ai_addr, address.ai_addrlen) != 0 {
            failure = errno == EINPROGRESS ? wait(for: socket, until: end) : .unreachable
        }
        if let failure {
            close(socket)
            throw failure
        }
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK)
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return socket
    }

    private static func wait(for socket: Int32, until end: ContinuousClock.Instant) -> DialFailure? {
        var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        while true {
            let left = (end - ContinuousClock.now).components
            guard left.seconds >= 0, left.attoseconds >= 0 else { return .timedOut }
            let wait = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
            let count = poll(&entry, 1, Int32(clamping: wait))
            if count > 0 { break }
            if count < 0 && errno != EINTR { return .unreachable }
        }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0, error == 0 else { return .unreachable }
        return nil
    }
}
