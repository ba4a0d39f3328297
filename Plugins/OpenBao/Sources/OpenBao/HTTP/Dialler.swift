import Glibc
import PluginKit

/// Sockets to the server, which only the host can connect. While nobody answers there it is asked less often: each
/// attempt keeps everything else waiting.
final class Dialler {
    static let endpoint = "vault"

    struct Limits {
        var connect: Duration = .seconds(3)
        var firstPause: Duration = .milliseconds(100)
        var longestPause: Duration = .seconds(2)
    }

    private let now: () -> ContinuousClock.Instant
    private let open: (String, Duration) throws -> CInt
    private let requiresLoopback: Bool
    private let limits: Limits
    private var failures = 0
    private var nextAttempt: ContinuousClock.Instant
    private(set) var lastProblem = ""

    /// - Parameter requiresLoopback: nothing protects what goes over this connection.
    init(
        requiresLoopback: Bool,
        limits: Limits = Limits(),
        now: @escaping () -> ContinuousClock.Instant = { .now },
        open: @escaping (String, Duration) throws -> CInt
    ) {
        self.requiresLoopback = requiresLoopback
        self.limits = limits
        self.now = now
        nextAttempt = now()
        self.open = open
    }

    /// Whether the last attempt failed.
    var isDown: Bool { failures > 0 }

    /// Nil, and `lastProblem` says why.
    func dial() -> CInt? {
        guard now() >= nextAttempt else { return nil }
        do {
            let socket = try open(Self.endpoint, limits.connect)
            guard !requiresLoopback || Self.isLoopback(socket) else {
                close(socket)
                throw SessionFailure(
                    .invalid,
                    "secrets.endpoints.\(Self.endpoint) of server.yaml leads to another machine, where the address must be https"
                )
            }
            failures = 0
            return socket
        } catch {
            lastProblem = words(error)
            failures += 1
            let pause = limits.firstPause * (1 << min(failures - 1, 16))
            nextAttempt = now() + min(pause, limits.longestPause)
            return nil
        }
    }

    private func words(_ error: any Error) -> String {
        guard let failure = error as? SessionFailure else { return "\(error)" }
        switch failure.status {
        case .denied: return "secrets.endpoints of server.yaml has no “\(Self.endpoint)”"
        case .unreachable: return "nobody listens at secrets.endpoints.\(Self.endpoint)"
        case .timedOut:
            return "no connection to secrets.endpoints.\(Self.endpoint) in \(limits.connect.components.seconds) seconds"
        default: return failure.sentence
        }
    }

    private static func isLoopback(_ socket: CInt) -> Bool {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            return getpeername(socket, pointer, &size) == 0 && isLoopback(UnsafeRawBufferPointer(bytes))
        }
    }

    /// A `sockaddr` of any family.
    static func isLoopback(_ address: UnsafeRawBufferPointer) -> Bool {
        switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
        case AF_UNIX: true
        // The first byte of the address.
        case AF_INET: address[4] == 127
        // ::1, and ::ffff:127.0.0.0/104.
        case AF_INET6:
            address[8..<23].allSatisfy { $0 == 0 } && address[23] == 1
                || address[8..<18].allSatisfy { $0 == 0 } && address[18..<21].elementsEqual([0xff, 0xff, 127])
        default: false
        }
    }
}
