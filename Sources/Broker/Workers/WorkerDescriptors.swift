import CLinux
import Glibc

/// The host's ends of a worker's descriptors, and those that go to the worker.
struct WorkerDescriptors: Sendable {
    let messages: Int32
    let transport: Int32
    let log: Int32
    /// Where connections are sent to a worker that may ask for some.
    let dial: DialSocket?
    /// Messages, transport, log: in the order of 0, 1, 2. Then the end on which connections arrive.
    let workers: [Int32]

    init(dials: Bool = false) throws(BrokerError) {
        var opened: [Int32] = []
        do throws(BrokerError) {
            opened += try Self.pair()
            opened += try Self.pair()
            opened += try Self.pipe()
            if dials { opened += try Self.pair(SOCK_SEQPACKET) }
        } catch {
            for descriptor in opened { close(descriptor) }
            throw error
        }
        (messages, transport, log) = (opened[0], opened[2], opened[4])
        dial = dials ? DialSocket(opened[6]) : nil
        workers = [opened[1], opened[3], opened[5]] + (dials ? [opened[7]] : [])
    }

    func closeWorkers() { for descriptor in workers { close(descriptor) } }
    func closeHosts() { for descriptor in [messages, transport, log] { close(descriptor) } }

    private static func pair(_ type: __socket_type = SOCK_STREAM) throws(BrokerError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        let type = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .noDescriptors(error: errno) }
        return ends
    }

    private static func pipe() throws(BrokerError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw .noDescriptors(error: errno) }
        return ends
    }
}
