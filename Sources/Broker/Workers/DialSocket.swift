import CLinux
import Glibc

/// The server's end of the socket on which a worker gets connections: one packet { number, status }, with the descriptor
/// where there is one.
final class DialSocket: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Closes `connection` in any case. Never waits: a worker that takes no answers gets none.
    func answer(_ number: UInt32, _ connection: Result<Int32, DialFailure>) {
        var words = [number.littleEndian, 0]
        var passed: [Int32] = []
        switch connection {
        case .success(let connected): passed = [connected]
        case .failure(let failure): words[1] = UInt32(bitPattern: failure.status).littleEndian
        }
        _ = clinux_send_with_descriptors(descriptor, &words, 8, passed, UInt32(passed.count))
        for connected in passed { close(connected) }
    }
}

/// Why there is no connection; a `scrier_status`.
struct DialFailure: Error, Equatable {
    let status: Int32

    static let unreachable = Self(status: -3)
    static let timedOut = Self(status: -4)
    static let denied = Self(status: -21)
    static let busy = Self(status: -23)
}
