import Glibc
import PluginKit

/// Several requests at once over connections that are kept, on one thread: `perform` moves all of them, `wait` sleeps.
final class HTTPClient {
    typealias Completion = (Result<HTTPResponse, TransferError>) -> Void

    private struct Transfer {
        var deadline: ContinuousClock.Instant
        var completion: Completion
    }

    private struct Waiting {
        var request: HTTPRequest
        var transfer: Transfer
    }

    private let address: ServerAddress
    private let namespace: String?
    private let context: TLSContext?
    private let dialler: Dialler
    private var busy: [CInt: (Connection, Transfer)] = [:]
    private var idle: [Connection] = []
    private var waiting: [Waiting] = []

    /// Connections at most: each costs the server one, and us a descriptor.
    private static let mostAtOnce = 8

    init(_ settings: Settings, dialler: Dialler) throws(SessionFailure) {
        self.dialler = dialler
        address = settings.address
        namespace = settings.namespace
        context = try settings.authority.map { authority throws(SessionFailure) in
            try TLSContext(authority: authority)
        }
    }

    var isDown: Bool { dialler.isDown }

    /// The completion is called out of `perform`, never at once.
    func start(_ request: HTTPRequest, _ completion: @escaping Completion) {
        waiting.append(
            Waiting(request: request, transfer: Transfer(deadline: .now + request.timeout, completion: completion))
        )
    }

    /// Nobody hears of these any more.
    func cancelAll() {
        busy = [:]
        idle = []
        waiting = []
    }

    func perform() {
        var hasNews = true
        while hasNews {
            let hasBegun = admit()
            hasNews = move() || hasBegun
        }
        idle.removeAll { !$0.isAlive() }
    }

    /// Until a connection can move, the host has an event, or the time is over.
    func wait(events: CInt, timeout: Duration?) {
        var polled = [pollfd(fd: events, events: Int16(POLLIN), revents: 0)]
        for (connection, _) in busy.values {
            let interest = POLLIN | (connection.wantsToWrite ? POLLOUT : 0)
            polled.append(pollfd(fd: connection.descriptor, events: Int16(interest), revents: 0))
        }
        for connection in idle { polled.append(pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)) }
        let deadlines = busy.values.map(\.1.deadline) + waiting.map(\.transfer.deadline)
        let until = deadlines.min().map { $0 - .now }
        let patience = [timeout, until].compactMap(\.self).min()
        poll(&polled, nfds_t(polled.count), patience.map { CInt(clamping: $0.milliseconds) } ?? -1)
    }

    /// True when at least one was begun, or given up.
    private func admit() -> Bool {
        var hasNews = giveUpWaiting()
        while busy.count < Self.mostAtOnce, !waiting.isEmpty {
            let next = waiting.removeFirst()
            hasNews = true
            switch connect() {
            case .success(let connection):
                connection.begin(
                    next.request.encoded(for: address, namespace: namespace),
                    largestAnswer: next.request.largestAnswer
                )
                busy[connection.descriptor] = (connection, next.transfer)
            case .failure(let error): next.transfer.completion(.failure(error))
            }
        }
        return hasNews
    }

    private func giveUpWaiting() -> Bool {
        let now = ContinuousClock.now
        let late = waiting.filter { $0.transfer.deadline <= now }
        guard !late.isEmpty else { return false }
        waiting.removeAll { $0.transfer.deadline <= now }
        for next in late {
            next.transfer.completion(.failure(TransferError(.timedOut, "it waited behind others")))
        }
        return true
    }

    private func connect() -> Result<Connection, TransferError> {
        while let connection = idle.popLast() {
            if connection.isAlive() { return .success(connection) }
        }
        guard let socket = dialler.dial() else { return .failure(TransferError(.unreachable, dialler.lastProblem)) }
        guard let context else { return .success(Connection(socket, tls: nil)) }
        guard let stream = TLSStream(context, to: address) else {
            close(socket)
            return .failure(TransferError(.unreachable, "out of memory"))
        }
        return .success(Connection(socket, tls: stream))
    }

    /// True when at least one was over.
    private func move() -> Bool {
        var done: [(Completion, Result<HTTPResponse, TransferError>)] = []
        for (descriptor, (connection, transfer)) in busy {
            switch connection.move() {
            case .working:
                guard transfer.deadline <= .now else { continue }
                var error = TransferError(.timedOut, "nothing came that was an answer")
                error.wasSent = true
                done.append((transfer.completion, .failure(error)))
            case .answered(let response):
                done.append((transfer.completion, .success(response)))
                if connection.isUsable { idle.append(connection) }
            case .failed(let error): done.append((transfer.completion, .failure(error)))
            }
            busy[descriptor] = nil
        }
        for (completion, result) in done { completion(result) }
        return !done.isEmpty
    }
}

extension Duration {
    /// Rounded up, at least one.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        guard seconds < 1 << 31 else { return 1 << 41 }
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
