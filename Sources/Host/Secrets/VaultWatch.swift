import Broker
import Foundation
import Logging
import Store
import Synchronization
import Wire

/// Looks after the vault: says once when it opens or fails.
final class VaultWatch: Sendable {
    private struct State {
        var last: SecretsStatus?
        var recorded: Date?
        /// A failure is on record, or the start without a vault, and its end is not yet.
        var isEndDue = false
    }

    /// A vault that comes and goes must not fill the audit log.
    private static let recordsApart: TimeInterval = 600

    private let provider: any SecretsProvider
    private let epoch: SecretsEpoch
    private let store: Store
    private let logger: Logger
    private let onOpen: @Sendable () async -> Void
    private let state = Mutex(State())

    /// - Parameter onOpen: called whenever the vault has become open, the first time included.
    init(
        _ provider: any SecretsProvider,
        epoch: SecretsEpoch,
        store: Store,
        logger: Logger,
        onOpen: @escaping @Sendable () async -> Void
    ) {
        self.provider = provider
        self.epoch = epoch
        self.store = store
        self.logger = logger
        self.onOpen = onOpen
    }

    /// As it was seen last. A server that is to have no vault lacks nothing.
    var isWell: Bool {
        let last = state.withLock { $0.last }
        return last?.state == .open || last?.backend == ServerConfiguration.Secrets.noBackend
    }

    var summary: VaultSummary {
        let last = state.withLock { $0.last }
        return VaultSummary(
            backend: last?.backend ?? "",
            state: last?.state.rawValue ?? SecretsStatus.State.unavailable.rawValue,
            explanation: last == nil ? "it has not been looked at yet" : last?.explanation,
            epoch: epoch.current
        )
    }

    /// Until the task is cancelled. Somebody who has just made a vault waits for it to open.
    func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: isWell ? .seconds(10) : .seconds(2))
        }
    }

    func look(at now: Date = Date()) async {
        let status = await provider.status()
        let before = state.withLock { state in
            defer { state.last = status }
            return state.last
        }
        guard before?.state != status.state else { return }
        if status.state == .open {
            await opened(status, after: before)
        } else {
            await failed(status, after: before, at: now)
        }
    }

    private func opened(_ status: SecretsStatus, after before: SecretsStatus?) async {
        logger.notice("the vault is open", metadata: ["backend": "\(status.backend)"])
        let isDue = state.withLock { state in
            defer { state.isEndDue = false }
            return state.isEndDue
        }
        if isDue { await record(.vaultOpened, status) }
        await onOpen()
    }

    private func failed(_ status: SecretsStatus, after before: SecretsStatus?, at now: Date) async {
        let why = status.explanation ?? "the vault is \(status.state.rawValue)"
        logger.warning(
            "passwords are not checked and envoys get no secrets: \(why)",
            metadata: ["backend": "\(status.backend)", "state": "\(status.state.rawValue)"]
        )
        if before == nil { state.withLock { $0.isEndDue = true } }
        guard before?.state == .open else { return }
        let isDue = state.withLock { state in
            let isDue = state.recorded.map { now.timeIntervalSince($0) >= Self.recordsApart } ?? true
            if isDue { (state.recorded, state.isEndDue) = (now, true) }
            return isDue
        }
        if isDue { await record(.vaultUnavailable, status) }
    }

    private func record(_ action: AuditAction, _ status: SecretsStatus) async {
        var details = ["state": status.state.rawValue]
        details["explanation"] = status.explanation
        do {
            try await store.append([AuditEvent(action, actor: "vigosrv", subject: status.backend, details: details)])
        } catch {
            logger.error("a change of the vault could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
