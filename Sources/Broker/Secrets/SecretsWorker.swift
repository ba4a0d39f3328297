package import Logging
package import NIOCore
import Trust
import WorkerProtocol

/// The vault: keeps the worker of a plugin with role `secrets` running, whatever happens to it, and asks it. What was in
/// flight when it ends fails as `unavailable`; what is asked while it starts waits; what is asked while it is down for
/// longer fails at once, with the reason.
package actor SecretsWorker {
    package struct Options: Sendable {
        /// The plugin's own, as server.yaml has them.
        package var parameters: [String: String] = [:]
        /// What a plugin that needs `dial/1` may be connected to.
        package var endpoints: [String: DialEndpoint] = [:]
        package var requestTimeout = TimeAmount.seconds(10)
        /// For `reseal`, which touches every file.
        package var longTimeout = TimeAmount.hours(1)
        package var startTimeout = TimeAmount.seconds(20)
        var backOff = SecretsBackOff()
        /// Between two looks for files that the vault cannot do without.
        var longestForFiles = Duration.seconds(2)

        package init() {}
    }

    enum State {
        case stopped
        case starting
        case running(ExchangeConnection)
        /// `forFiles`: nothing was started, and somebody may put there what is missing at any moment.
        case waiting(reason: String, forFiles: Bool)
    }

    /// The plugin's id.
    package nonisolated let backend: String
    /// Each time that something changed in the vault which did not go through here: a file that was put in place, another
    /// client of the same OpenBao, anything that may have happened while the worker was down. The backend's epoch; only
    /// the latest waits to be read.
    package nonisolated let epochs: AsyncStream<UInt64>

    nonisolated let options: Options
    private let broker: Broker
    private let loop: any EventLoop
    private let logger: Logger
    private nonisolated let tellEpoch: AsyncStream<UInt64>.Continuation

    private var state = State.stopped
    private var supervisor: Task<Void, Never>?
    private var pause: Task<Void, Never>?
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false
    private var isRestarting = false
    private var backOff: SecretsBackOff
    /// Nil for a worker that has answered nothing yet.
    private var servingSince: ContinuousClock.Instant?
    private var lastReason: String?
    private(set) var lastEpoch: UInt64?

    package init(
        broker: Broker,
        backend: String,
        options: Options = Options(),
        on loop: any EventLoop,
        logger: Logger
    ) {
        self.broker = broker
        self.backend = backend
        self.options = options
        self.loop = loop
        var logger = logger
        logger[metadataKey: "vault"] = "\(backend)"
        self.logger = logger
        backOff = options.backOff
        (epochs, tellEpoch) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit { tellEpoch.finish() }

    /// Begins to keep a worker running; does not wait for it.
    package func start() {
        guard supervisor == nil else { return }
        isStopping = false
        change(to: .starting)
        supervisor = Task { await supervise() }
    }

    /// Ends the worker and starts no other; returns when its process is gone.
    package func stop() async {
        guard let supervisor else { return }
        isStopping = true
        await end()
        await supervisor.value
        self.supervisor = nil
        change(to: .stopped)
    }

    /// Has a worker that reads the key files as they are now; returns when it runs, or has failed to.
    package func restart() async throws(SecretsError) {
        guard supervisor != nil, !isStopping else { throw SecretsError(.unavailable, "the vault is not running") }
        isRestarting = true
        await end()
        _ = try await connection()
    }

    /// Lets what is in flight finish, within the time of a request.
    private func end() async {
        pause?.cancel()
        if case .waiting = state { change(to: .starting) }
        guard case .running(let connection) = state else { return }
        change(to: .starting)
        let worker = connection.worker
        let deadline = loop.scheduleTask(in: options.requestTimeout) { worker.close() }
        try? await connection.drained().get()
        deadline.cancel()
        worker.close()
    }

    // MARK: Keeping it running

    private func supervise() async {
        while !isStopping {
            isRestarting = false
            servingSince = nil
            let (reason, isWaiting) = await runOnce()
            guard !isStopping else { return }
            if isRestarting {
                backOff.reset()
                change(to: .starting)
                continue
            }
            var delay = backOff.next(after: servingSince.map { ContinuousClock.now - $0 } ?? .zero)
            if isWaiting { delay = min(delay, options.longestForFiles) }
            if reason != lastReason { logger.warning("the vault is not available: \(reason)") }
            lastReason = reason
            change(to: delay == .zero ? .starting : .waiting(reason: reason, forFiles: isWaiting))
            await rest(for: delay)
        }
    }

    /// Returns why it ended, or never began; and whether that was for want of a directory or a key, which somebody may put there
    /// at any moment. Then nothing was started, and to look again costs nothing.
    private func runOnce() async -> (reason: String, isWaiting: Bool) {
        do {
            let (worker, handlers) = try await launch()
            let ending = try await serve(worker, handlers)
            return (ending.explanation ?? "the \(worker.plugin.label) plugin ended by itself", false)
        } catch {
            return (sentence(error), (error as? LauncherError)?.isOfVaultFiles == true)
        }
    }

    private func rest(for delay: Duration) async {
        guard delay > .zero, !isStopping, !isRestarting else { return }
        let pause = Task { _ = try? await Task.sleep(for: delay) }
        self.pause = pause
        await pause.value
        self.pause = nil
        if isRestarting { backOff.reset() }
        change(to: .starting)
    }

    private func launch() async throws -> (Worker, SecretsWorkerHandlers) {
        let launched = try await broker.launchSecrets(backend)
        let handlers = SecretsWorkerHandlers(endpoints: options.endpoints) { [weak self] epoch in
            await self?.changed(to: epoch)
        }
        return (try await launched.attach(on: loop, handlers: handlers.workerHandlers), handlers)
    }

    /// Until it ends. Nothing is asked of it before it is confined.
    private func serve(_ worker: Worker, _ handlers: SecretsWorkerHandlers) async throws -> WorkerEnding {
        let connection = ExchangeConnection(worker: worker)
        let label = worker.plugin.label
        loop.execute { handlers.serve(connection) }
        worker.ended.whenSuccess { ending in
            handlers.serve(nil)
            let reason = ending.explanation ?? "the \(label) plugin's worker has ended"
            connection.fail(SecretsError(.unavailable, "the vault is not available: \(reason)"))
        }
        let late = loop.scheduleTask(in: options.startTimeout) {
            worker.kill("The \(label) plugin did not load in time and was stopped")
        }
        if (try? await worker.confined()) != nil {
            late.cancel()
            worker.begin(StartSession(parameters: options.parameters))
            if await greet(connection), !isStopping, !isRestarting {
                servingSince = .now
                change(to: .running(connection))
            } else {
                worker.close()
            }
        }
        return try await worker.ended.get()
    }

    /// Its first words: how it is, and whether something changed while nobody looked.
    private func greet(_ connection: ExchangeConnection) async -> Bool {
        let status: SecretsStatus
        do throws(SecretsError) {
            status = try await ask(connection, .status, as: SecretsStatus.init(reply:)).get()
        } catch {
            // Where it has ended meanwhile, its own last words count.
            loop.execute { connection.worker.kill(error.description) }
            return false
        }
        if let lastEpoch, lastEpoch != status.epoch { tellEpoch.yield(status.epoch) }
        lastEpoch = status.epoch
        lastReason = nil
        logger.info("the vault is \(status.state.rawValue)", metadata: ["explanation": "\(status.explanation ?? "")"])
        return true
    }

    private func changed(to epoch: UInt64) {
        guard epoch != lastEpoch else { return }
        lastEpoch = epoch
        tellEpoch.yield(epoch)
    }

    private func sentence(_ error: any Error) -> String {
        guard case .refused(let step, let number) = error as? LauncherError, let places = broker.secretsPlaces else {
            return "\(error)"
        }
        return places.sentence(step: step, error: number, isRoot: SecretsPlaces.isRoot) ?? "\(error)"
    }

    // MARK: Who asks

    private func change(to new: State) {
        state = new
        if case .starting = new { return }
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// The worker that runs; waits for one that is being started.
    func connection() async throws(SecretsError) -> ExchangeConnection {
        var hasLooked = false
        while true {
            switch state {
            case .running(let connection): return connection
            case .stopped: throw SecretsError(.unavailable, "the vault is not running")
            // Whoever has just made the vault asks for something in the next moment.
            case .waiting(_, forFiles: true) where !hasLooked:
                hasLooked = true
                change(to: .starting)
                pause?.cancel()
            case .waiting(let reason, _): throw SecretsError(.unavailable, "the vault is not available: \(reason)")
            case .starting: await withCheckedContinuation { waiters.append($0) }
            }
        }
    }
}
