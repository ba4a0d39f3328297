import Glibc
package import Logging
import Wire

/// Exchanges this agent for a newer one when its server says so and the release's signature agrees, and goes back to the
/// old one when the newer one cannot check in.
package actor SelfUpdate {
    /// Fetches an agent's file into the download, part by part.
    typealias Download = @Sendable (Vigo_Agent_V1_AgentUpdate, UpdateDownload) async throws -> Void
    /// False where the connection that the offer came by is gone.
    typealias Report = @Sendable (Vigo_Agent_V1_UpdateProgress) -> Bool

    private let program: AgentProgram?
    private let marker: String
    private let key: ReleaseKey?
    private let version: String
    private let machine: (os: String, arch: String)
    private let logger: Logger

    private var trial: UpdateTrial?
    private var isBusy = false
    /// What became of an update, for the server to hear once there is a stream.
    private var outcome: Vigo_Agent_V1_UpdateProgress?
    /// The agent is to start anew, as another program.
    nonisolated let restarts: AsyncStream<String>
    private let restart: AsyncStream<String>.Continuation

    init(
        directories: AgentDirectories,
        program: AgentProgram?,
        key: ReleaseKey? = .bakedIn,
        version: String = AgentVersion.current,
        machine: ThisMachine = .current,
        logger: Logger
    ) {
        self.program = program
        self.key = key
        self.version = version
        self.machine = (machine.os, machine.arch)
        self.logger = logger
        marker = directories.trial
        (restarts, restart) = AsyncStream.makeStream()
    }

    package init(directories: AgentDirectories, logger: Logger) {
        self.init(directories: directories, program: .running, logger: logger)
    }

    /// Before anything else at a start: whether this agent is on trial, or came back from one. A program to become at once,
    /// where this one has had its chances.
    @discardableResult
    package func begin() -> String? { begin(patience: UpdateTrial.patience) }

    @discardableResult
    func begin(patience: Duration) -> String? {
        guard var trial = (try? PrivateFile.text(marker)).flatMap(UpdateTrial.init(parsing:)) else { return nil }
        switch trial.started(as: version) {
        case .onTrial:
            self.trial = trial
            store(trial)
            logger.notice(
                "version \(version) is on trial until it has checked in",
                metadata: ["start": "\(trial.starts)"]
            )
            Task { [weak self] in
                try? await Task.sleep(for: patience)
                await self?.timeIsUp(patience)
            }
        case .goBack(let reason): return goBack(reason, trial)
        case .wentBack(let reason):
            logger.error("back to version \(version)", metadata: ["reason": "\(reason)"])
            outcome = Self.progress(.rolledBack, trial.version, reason)
            unlink(marker)
        }
        return nil
    }

    /// This agent cannot use what lies on this machine. On trial, that ends it: the program to become at once, which could.
    package func cannotStart(_ reason: String) -> String? {
        trial.flatMap { goBack("version \(version) could not start: \(reason)", $0) }
    }

    /// The proof that a new agent works.
    func checkedIn() {
        guard let trial else { return }
        self.trial = nil
        unlink(marker)
        unlink(trial.previous)
        logger.notice("updated to version \(version)")
        outcome = Self.progress(.completed, version, "")
    }

    /// What the server has not heard yet.
    func takeOutcome() -> Vigo_Agent_V1_UpdateProgress? {
        defer { outcome = nil }
        return outcome
    }

    func update(_ offer: Vigo_Agent_V1_AgentUpdate, download: Download, report: Report) async {
        switch UpdateDecision(offer, running: version, on: machine, key: key) {
        case .skip: tell(.skipped, version, "", report)
        case .refuse(let reason):
            logger.error("update refused", metadata: ["reason": "\(reason)"])
            tell(.refused, offer.version, reason, report)
        case .install(let manifest):
            guard !isBusy, trial == nil else {
                return tell(.refused, manifest.version, "another update is under way", report)
            }
            isBusy = true
            defer { isBusy = false }
            do {
                _ = report(Self.progress(.downloading, manifest.version, ""))
                try await install(manifest, offer, download, report)
            } catch {
                logger.error("update failed", metadata: ["version": "\(manifest.version)", "reason": "\(error)"])
                tell(.refused, manifest.version, "\(error)", report)
            }
        }
    }

    /// How it ended: to the next connection where this one is gone, which may be why it ended so.
    private func tell(
        _ state: Vigo_Agent_V1_UpdateProgress.State,
        _ version: String,
        _ reason: String,
        _ report: Report
    ) {
        let progress = Self.progress(state, version, reason)
        if !report(progress) { outcome = progress }
    }

    private func install(
        _ manifest: UpdateManifest,
        _ offer: Vigo_Agent_V1_AgentUpdate,
        _ download: Download,
        _ report: Report
    ) async throws {
        guard let program else { throw UpdateFailure("the file that this agent runs from is not there any more") }
        try await Self.fetch(offer, manifest, to: program.candidate, download)
        do {
            guard program.isVersion(manifest.version, at: program.candidate) else {
                throw UpdateFailure("the new agent does not run here, or says another version of itself")
            }
            // The marker comes first: a new agent without one would not know that it is on trial.
            store(UpdateTrial(version: manifest.version, program: program.path, previous: program.previous))
            do { try program.install() } catch { throw UpdateFailure("\(program.path): \(error)") }
        } catch {
            unlink(program.candidate)
            unlink(marker)
            throw error
        }
        _ = report(Self.progress(.installed, manifest.version, ""))
        logger.notice("version \(manifest.version) installed; starting it")
        restart.yield(program.path)
    }

    private static func fetch(
        _ offer: Vigo_Agent_V1_AgentUpdate,
        _ manifest: UpdateManifest,
        to path: String,
        _ download: Download
    ) async throws {
        let file: UpdateDownload
        do { file = try UpdateDownload(to: path, size: offer.size, sha256: manifest.sha256) } catch {
            throw UpdateFailure("\(path): \(error)")
        }
        try await download(offer, file)
        try await file.finish()
    }

    private func timeIsUp(_ patience: Duration) {
        guard let trial else { return }
        let reason = "version \(version) could not check in within \(patience.components.seconds)s"
        if let program = goBack(reason, trial) { restart.yield(program) }
    }

    /// The program before, in its place again.
    private func goBack(_ reason: String, _ trial: UpdateTrial) -> String? {
        logger.error("going back", metadata: ["reason": "\(reason)"])
        self.trial = nil
        var trial = trial
        trial.failure = reason
        store(trial)
        do {
            try AgentProgram(path: trial.program).goBack()
            return trial.program
        } catch {
            logger.error("the agent before is not there any more; this one stays", metadata: ["error": "\(error)"])
            unlink(marker)
            return nil
        }
    }

    private func store(_ trial: UpdateTrial) {
        do { try PrivateFile.write(Array(trial.text.utf8), to: marker) } catch {
            logger.error("the update's state could not be stored: \(error)")
        }
    }

    private static func progress(
        _ state: Vigo_Agent_V1_UpdateProgress.State,
        _ version: String,
        _ reason: String
    ) -> Vigo_Agent_V1_UpdateProgress {
        .with {
            $0.state = state
            $0.version = version
            $0.reason = reason
        }
    }
}
