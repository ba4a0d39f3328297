import Glibc
import WorkerProtocol

/// The sending half of fd 0. Nothing here waits, except `drain` at the very end.
final class MessageSocket {
    let descriptor: Int32

    /// The end of a frame that the kernel had no room for, and what was said after it.
    private var pending: [UInt8] = []
    private var pendingStart = 0
    private var pendingHoldsSecrets = false
    /// Called when something had to be kept: whoever polls must do so for room too, else it would wait for the next thing
    /// that the plugin says.
    var whenSomethingIsKept: (() -> Void)?

    /// Input that the plugin has taken and the broker has not been told of.
    private var consumed: UInt32 = 0

    /// Nobody reads any more.
    private(set) var isBroken = false

    static let largestOutput = 65536
    /// Told on its own when that much has gathered; otherwise it rides along with the next message, so that a keystroke
    /// costs no message of its own.
    private static let consumedWorthTelling: UInt32 = 65536

    init?(descriptor: Int32) {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 else { return nil }
        self.descriptor = descriptor
    }

    var hasPending: Bool { pendingStart < pending.count }

    /// Sends one OUTPUT frame straight from the plugin's bytes and returns how many were taken. When the kernel takes
    /// part of it, the rest is kept here: a frame that has begun must be finished before anything else is said.
    func output(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard flush(), !bytes.isEmpty else { return 0 }
        let count = min(bytes.count, Self.largestOutput)
        let header = WorkerFrameHeader(kind: WorkerMessage.Kind.output.rawValue, length: count)
        return withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { prefix in
            var prefixCount = writeConsumed(to: prefix)
            prefix.storeBytes(of: header.word.littleEndian, toByteOffset: prefixCount, as: UInt64.self)
            prefixCount += WorkerFrameHeader.size
            let first = UnsafeRawBufferPointer(rebasing: prefix[..<prefixCount])
            let second = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            let sent = send(first, second)
            guard sent > 0 else { return 0 }
            consumed = 0
            keep(first, second, after: sent)
            return count
        }
    }

    /// Sends a reply or a notification straight from the plugin's bytes. False when there was no room at all; then nothing
    /// of it was taken. What is kept of it is wiped when it has left.
    func exchange(_ kind: WorkerMessage.Kind, prefix: [UInt8], body: UnsafeRawBufferPointer) -> Bool {
        guard flush() else { return false }
        let header = WorkerFrameHeader(kind: kind.rawValue, length: prefix.count + body.count)
        let front = header.encoded + prefix
        return front.withUnsafeBytes { front in
            let sent = send(front, body)
            guard sent > 0 else { return false }
            pendingHoldsSecrets = sent < front.count + body.count
            keep(front, body, after: sent)
            return true
        }
    }

    private func keep(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, after sent: Int) {
        guard sent < first.count + second.count else { return }
        pending.reserveCapacity(pending.count + first.count + second.count - sent)
        if sent < first.count { pending.append(contentsOf: first[sent...]) }
        pending.append(contentsOf: second[max(0, sent - first.count)...])
        whenSomethingIsKept?()
    }

    func send(_ message: WorkerMessage) {
        guard !isBroken else { return }
        let bytes = message.frame.encoded
        growWithoutLeavingSecrets(by: bytes.count + 16)
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { prefix in
            pending.append(contentsOf: prefix[..<writeConsumed(to: prefix)])
        }
        consumed = 0
        pending.append(contentsOf: bytes)
        if !flush() && !isBroken { whenSomethingIsKept?() }
    }

    private func growWithoutLeavingSecrets(by count: Int) {
        guard pendingHoldsSecrets, pending.capacity < pending.count + count else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(pending.count - pendingStart + count)
        larger.append(contentsOf: pending[pendingStart...])
        wipePending()
        pending = larger
        pendingStart = 0
    }

    private func wipePending() {
        pending.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
    }

    func noteConsumed(_ count: Int) { consumed += UInt32(count) }

    func tellConsumedWhenWorthIt() {
        guard consumed >= Self.consumedWorthTelling, !hasPending else { return }
        let count = consumed
        consumed = 0
        send(.consumed(count))
    }

    /// Whether nothing is left to send.
    @discardableResult
    func flush() -> Bool {
        while hasPending && !isBroken {
            let sent = pending.withUnsafeBytes {
                send(
                    UnsafeRawBufferPointer(rebasing: $0[pendingStart...]),
                    UnsafeRawBufferPointer(start: nil, count: 0)
                )
            }
            guard sent > 0 else { return false }
            pendingStart += sent
        }
        guard !isBroken else { return false }
        if pendingStart > 0 {
            if pendingHoldsSecrets { wipePending() }
            pendingHoldsSecrets = false
            pending.removeAll(keepingCapacity: pending.capacity <= 2 * Self.largestOutput)
            pendingStart = 0
        }
        return true
    }

    /// Whether the kernel would take a good part of a frame now.
    var hasRoom: Bool {
        guard !isBroken else { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return flush() && poll(&entry, 1, 0) == 1
    }

    /// Waits until everything has been sent, at most that long.
    func drain(milliseconds: Int32 = -1) {
        while !flush() && !isBroken {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let result = poll(&entry, 1, milliseconds)
            if result == 0 || (result < 0 && errno != EINTR) { return }
        }
    }

    /// A CONSUMED frame of its own kind and length; returns its size, 0 when there is nothing to tell.
    private func writeConsumed(to prefix: UnsafeMutableRawBufferPointer) -> Int {
        guard consumed > 0 else { return 0 }
        let header = WorkerFrameHeader(kind: WorkerMessage.Kind.consumed.rawValue, length: 4)
        prefix.storeBytes(of: header.word.littleEndian, as: UInt64.self)
        prefix.storeBytes(of: consumed.littleEndian, toByteOffset: WorkerFrameHeader.size, as: UInt32.self)
        return WorkerFrameHeader.size + 4
    }

    /// How many bytes the kernel took; 0 for none.
    private func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
            parts.initializeElement(
                at: 0,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
            )
            parts.initializeElement(
                at: 1,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
            )
            var message = msghdr()
            message.msg_iov = parts.baseAddress
            message.msg_iovlen = second.isEmpty ? 1 : 2
            while true {
                let sent = sendmsg(descriptor, &message, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                if sent >= 0 { return sent }
                if errno == EINTR { continue }
                if errno != EAGAIN && errno != ENOBUFS { isBroken = true }
                return 0
            }
        }
    }
}
