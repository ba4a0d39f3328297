import CLinux
import Glibc
import PluginAPI
import WorkerProtocol

/// `scrier.dial/1`: asks the server for a connection on the message socket, and takes it from a socket of its own, the only
/// one that descriptors can arrive on. The one place in a session that waits.
final class Dialer {
    private let socket: Int32
    private let messages: MessageSocket
    private var number: UInt32 = 0

    init(socket: Int32, messages: MessageSocket) {
        self.socket = socket
        self.messages = messages
    }

    /// A connected descriptor, or a status below zero. Events that come meanwhile wait in the queue; CLOSE ends it.
    func open(_ endpoint: String, milliseconds: UInt32, _ events: EventQueue) -> Int32 {
        number &+= 1
        messages.send(.dial(number, endpoint: endpoint, milliseconds: milliseconds))
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(Int64(milliseconds))
        while !events.isClosing && !messages.isBroken {
            if let answer = take() { return answer }
            let left = (end - clock.now).components
            guard left.seconds >= 0, left.attoseconds >= 0 else { return .timedOut }
            let wait = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
            var sources = [
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
                pollfd(
                    fd: messages.descriptor,
                    events: Int16(POLLIN | (messages.hasPending ? POLLOUT : 0)),
                    revents: 0
                ),
            ]
            _ = poll(&sources, 2, Int32(clamping: wait))
            if sources[1].revents & Int16(POLLOUT) != 0 { messages.flush() }
            if sources[1].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { events.readMeanwhile() }
            if sources[0].revents & Int16(POLLHUP) != 0 { return take() ?? .unavailable }
        }
        return .cancelled
    }

    /// The answer to the latest question, if it is there. One that came too late for its question is closed.
    private func take() -> Int32? {
        while true {
            var words: [UInt32] = [0, 0]
            var descriptor: Int32 = -1
            let size = words.withUnsafeMutableBytes {
                clinux_receive_with_descriptor(socket, $0.baseAddress, $0.count, &descriptor)
            }
            guard size == 8 else {
                if descriptor >= 0 { close(descriptor) }
                return nil
            }
            guard words[0].littleEndian == number else {
                if descriptor >= 0 { close(descriptor) }
                continue
            }
            if descriptor >= 0 { return descriptor }
            let status = Int32(bitPattern: words[1].littleEndian)
            return status < 0 ? status : .internalError
        }
    }
}
