import NIOCore
import NIOPosix
import WorkerProtocol

/// What the vault's worker says by itself: notifications, and the connections it asks for.
final class SecretsWorkerHandlers: @unchecked Sendable {
    private let endpoints: [String: DialEndpoint]
    private let onEpoch: @Sendable (UInt64) async -> Void
    /// What follows is used on the loop.
    private var connection: ExchangeConnection?
    private var latestEpoch: UInt64?
    private var isTelling = false
    private var dialsInProgress = 0

    /// A plugin has one thread; more than a few at once is nonsense.
    private static let mostDials = 4
    private static let longestDial: UInt32 = 60_000

    init(endpoints: [String: DialEndpoint], onEpoch: @escaping @Sendable (UInt64) async -> Void) {
        self.endpoints = endpoints
        self.onEpoch = onEpoch
    }

    /// On the loop, before the worker is told to begin; nil when it has ended.
    func serve(_ connection: ExchangeConnection?) { self.connection = connection }

    var workerHandlers: WorkerHandlers {
        WorkerHandlers(
            onOutput: { _ in },
            onMessage: { [self] message in
                switch message {
                case .notify("epoch", let body): notified(body)
                case .dial(let number, let endpoint, let milliseconds): dial(number, endpoint, milliseconds)
                default: break
                }
            },
            onReply: { [self] in connection?.received($0, status: $1, body: $2) }
        )
    }

    private func notified(_ body: [UInt8]) {
        body.withUnsafeBytes { body in
            var fields = ExchangeFields(body)
            guard let text = try? fields.text("an epoch"), let epoch = UInt64(text) else { return }
            latestEpoch = epoch
            tellEpoch()
        }
    }

    /// One at a time, and of those that come meanwhile the latest only: a worker that tells without end costs no memory.
    private func tellEpoch() {
        guard !isTelling, let epoch = latestEpoch, let loop = connection?.worker.loop else { return }
        isTelling = true
        latestEpoch = nil
        Task { [self] in
            await onEpoch(epoch)
            loop.execute { [self] in
                isTelling = false
                tellEpoch()
            }
        }
    }

    private func dial(_ number: UInt32, _ name: String, _ milliseconds: UInt32) {
        guard let worker = connection?.worker, let socket = worker.dial else { return }
        guard let endpoint = endpoints[name] else { return socket.answer(number, .failure(.denied)) }
        guard dialsInProgress < Self.mostDials else { return socket.answer(number, .failure(.busy)) }
        dialsInProgress += 1
        let timeout = Int64(min(milliseconds, Self.longestDial))
        let connected = NIOThreadPool.singleton.runIfActive(eventLoop: worker.loop) {
            let connected = Result { () throws(DialFailure) in try endpoint.connect(milliseconds: timeout) }
            socket.answer(number, connected)
        }
        connected.whenComplete { [self] _ in dialsInProgress -= 1 }
    }
}
