import CLinux
import Dispatch
import Glibc
import Synchronization

/// The server's side of scrier-launcher, its only part with root's rights. Spawned before privileges are dropped.
package final class Launcher: Sendable {
    struct Started: Sendable {
        let id: UInt64
        let pid: Int32
        let missing: LauncherMissing
    }

    private struct Entry {
        /// Of the pool; nil for the vault's, which is no part of it.
        var uid: UInt32?
        var started: CheckedContinuation<Started, any Error>?
        var onEnd: (@Sendable (ProcessEnding) -> Void)?
    }

    private struct State {
        var uids: WorkerUIDs
        var entries: [UInt64: Entry] = [:]
        var nextID: UInt64 = 1
        var isGone = false
    }

    /// As scrier-launcher opens them; nil for a server without a vault.
    package let secrets: SecretsPlaces?
    private let socket: LauncherSocket
    private let process: pid_t
    private let state: Mutex<State>
    // Dispatch sources may be used from any thread, they are only not marked so.
    nonisolated(unsafe) private let reports: any DispatchSourceRead

    /// Without root there is no pool: workers run as the server's own user, in namespaces.
    package static func spawn(
        launcherPath: String,
        workerPath: String,
        workerUIDs: ClosedRange<UInt32>?,
        secrets: SecretsPlaces? = nil
    ) throws -> Launcher {
        let pool = geteuid() == 0 ? workerUIDs : nil
        let secrets = secrets?.resolved
        let (socket, process) = try LauncherSocket.spawn(
            launcherPath,
            workerPath: workerPath,
            pool: pool,
            secrets: secrets
        )
        return Launcher(socket: socket, process: process, uids: WorkerUIDs(pool), secrets: secrets)
    }

    private init(socket: LauncherSocket, process: pid_t, uids: WorkerUIDs, secrets: SecretsPlaces?) {
        self.secrets = secrets
        self.socket = socket
        self.process = process
        state = Mutex(State(uids: uids))
        let queue = DispatchQueue(label: "scrier-launcher")
        reports = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
        reports.setEventHandler { [weak self] in self?.readReports() }
        reports.setCancelHandler { socket.close() }
        reports.activate()
    }

    deinit { reports.cancel() }

    /// Ends the launcher, and with it every worker; returns when it is gone.
    package func stop() {
        let wasGone = state.withLock { state in
            defer { state.isGone = true }
            return state.isGone
        }
        guard !wasGone else { return }
        socket.shutdown()
        lose()
    }

    /// Starts a worker with these descriptors, which stay the caller's to close.
    func start(
        plugin path: String,
        descriptors: [Int32],
        isStrict: Bool,
        grants: WorkerGrants = [],
        onEnd: @escaping @Sendable (ProcessEnding) -> Void
    ) async throws -> Started {
        try await withCheckedThrowingContinuation { continuation in
            let problem = state.withLock { state -> LauncherError? in
                guard !state.isGone else { return .gone }
                let fixed = grants.contains(.secrets) ? secrets?.workerUID : nil
                guard fixed != nil || !grants.contains(.secrets) else { return .noVault }
                guard let uid = fixed ?? state.uids.take() else { return .noUID }
                let taken = fixed == nil ? uid : nil
                let id = state.nextID
                state.nextID += 1
                let request = LauncherSocket.start(
                    id: id,
                    uid: uid,
                    plugin: path,
                    isStrict: isStrict,
                    grants: grants
                )
                guard let request else {
                    if let taken { state.uids.give(back: taken) }
                    return .pathTooLong
                }
                state.entries[id] = Entry(uid: taken, started: continuation, onEnd: onEnd)
                guard socket.send(request, descriptors: descriptors) else {
                    state.entries[id] = nil
                    if let taken { state.uids.give(back: taken) }
                    return .gone
                }
                return nil
            }
            if let problem { continuation.resume(throwing: problem) }
        }
    }

    /// One that has ended already hears nothing.
    func signal(_ id: UInt64, _ number: Int32) {
        state.withLock { state in
            guard !state.isGone, state.entries[id] != nil else { return }
            _ = socket.send(LauncherSocket.signal(id: id, number: number), descriptors: [])
        }
    }

    private func readReports() {
        while true {
            switch socket.receive() {
            case .report(let report): handle(report)
            case .nothing: return
            case .closed: return lose()
            }
        }
    }

    private func handle(_ report: scrier_launcher_report) {
        switch report.kind {
        case SCRIER_LAUNCHER_STARTED:
            let continuation = state.withLock { state in
                defer { state.entries[report.id]?.started = nil }
                return state.entries[report.id]?.started
            }
            let missing = LauncherMissing(rawValue: report.missing)
            continuation?.resume(returning: Started(id: report.id, pid: report.pid, missing: missing))
        case SCRIER_LAUNCHER_REFUSED:
            let entry = remove(report.id)
            entry?.started?.resume(throwing: LauncherError.refused(step: report.step, error: report.status))
        case SCRIER_LAUNCHER_ENDED:
            remove(report.id)?.onEnd?(ProcessEnding(waitStatus: report.status))
        default: break
        }
    }

    private func remove(_ id: UInt64) -> Entry? {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return nil }
            if let uid = entry.uid { state.uids.give(back: uid) }
            return entry
        }
    }

    /// The launcher is dead, and its workers with it.
    private func lose() {
        // It is gone, or ends its workers and goes. Where somebody else was quicker this finds no such child.
        while waitpid(process, nil, 0) < 0 && errno == EINTR {}
        let entries = state.withLock { state in
            state.isGone = true
            defer { state.entries = [:] }
            return Array(state.entries.values)
        }
        reports.cancel()
        for entry in entries {
            entry.started?.resume(throwing: LauncherError.gone)
            if entry.started == nil { entry.onEnd?(.lost) }
        }
    }
}
