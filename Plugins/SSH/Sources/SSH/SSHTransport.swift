import Glibc

/// The socket as the SSH library sees it: reads come from a buffer filled by one large `recv`, and writes never stop
/// half way, because libssh2 cannot send anything else until the same call has been repeated.
final class SSHTransport {
    let descriptor: CInt
    let memory = SSHMemory()
    var hello = ServerHello()
    /// The server's own words when it disconnected us.
    var farewell: String?
    private(set) var received: UInt64 = 0

    private let inbox = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    private var unread = 0..<0
    private var outbox: [UInt8] = []
    private var isBroken = false
    /// At most one `recv` for each call of the library: it would otherwise read on while a fast server sends.
    private var mayReceive = true

    private static let outboxLimit = 4 * 1024 * 1024
    private static let comfortable = 128 * 1024

    /// The descriptor is this object's to close.
    init(descriptor: CInt) { self.descriptor = descriptor }

    deinit {
        close(descriptor)
        memset(inbox.baseAddress!, 0, inbox.count)
        inbox.deallocate()
    }

    var wantsToWrite: Bool { !outbox.isEmpty }
    /// Beyond this much unsent, the channel gets no more input.
    var hasRoom: Bool { outbox.count < Self.comfortable }

    func allowReceiving(_ isAllowed: Bool = true) { mayReceive = isAllowed }

    /// What libssh2 wants of a receive function: a count, 0 at the end, or the negative error number.
    func receive(_ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
        if unread.isEmpty {
            guard mayReceive else { return -Int(EAGAIN) }
            mayReceive = false
            var got = 0
            repeat {
                got = recv(descriptor, inbox.baseAddress, inbox.count, CInt(MSG_DONTWAIT))
            } while got < 0 && errno == EINTR
            // A peer that went away is an end like any other: what it said before has been read.
            if got < 0 { return errno == ECONNRESET ? 0 : -Int(errno) }
            if got == 0 { return 0 }
            received += UInt64(got)
            unread = 0..<got
            hello.append(UnsafeRawBufferPointer(rebasing: inbox[unread]))
        }
        let taken = min(count, unread.count)
        memcpy(buffer, inbox.baseAddress! + unread.lowerBound, taken)
        unread = unread.lowerBound + taken..<unread.upperBound
        return taken
    }

    /// Takes everything, sends what it can at once and keeps the rest.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard outbox.count + bytes.count <= Self.outboxLimit else { return -Int(ENOBUFS) }
        var sent = 0
        if outbox.isEmpty { sent = trySending(bytes) }
        outbox += bytes[sent...]
        return bytes.count
    }

    func flush() {
        let sent = outbox.withUnsafeBytes { trySending($0) }
        outbox.removeFirst(sent)
    }

    /// A connection that takes no more bytes is found out by reading, which also brings what the server said last.
    private func trySending(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !isBroken, !bytes.isEmpty else { return bytes.count }
        var sent = 0
        repeat {
            sent = Glibc.send(
                descriptor,
                bytes.baseAddress,
                bytes.count,
                CInt(MSG_NOSIGNAL | MSG_DONTWAIT)
            )
        } while sent < 0 && errno == EINTR
        guard sent < 0 else { return sent }
        if errno == EAGAIN { return 0 }
        isBroken = true
        return bytes.count
    }
}
