import Broker
import Foundation
import Logging
import NIOPosix
import Store

/// Looks after recordings while no session does: finishes those that a crash left, deletes those that have been kept long enough.
final class RecordingKeeper: Sendable {
    private let recordings: Recordings
    private let retention: RecordingRetention
    private let logger: Logger

    private static let interval = Duration.seconds(600)

    init(_ recordings: Recordings, logger: Logger) {
        self.recordings = recordings
        self.logger = logger
        retention = RecordingRetention(days: recordings.settings.days, largest: recordings.settings.largest)
    }

    /// Before any session is opened: what has no end now was left by the last run. The work itself goes on beside the sessions.
    func start() async throws -> Task<Void, Never> {
        let unfinished = try await recordings.store.unfinishedRecordings()
        let deleted = try await recordings.store.deletedRecordings()
        return Task {
            for row in unfinished { await attempt("finish a recording") { try await self.finish(row) } }
            // A crash may have come between the record and the file's end.
            for row in deleted { await self.recordings.remove(row) }
            while !Task.isCancelled {
                await attempt("keep to the retention of recordings") { try await self.apply(at: Date()) }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    func apply(at now: Date) async throws {
        guard retention.days != nil || retention.largest != nil else { return }
        let rows = try await recordings.store.keptRecordings()
        let kept = rows.map {
            RecordingRetention.Kept(startedAt: $0.createdAt, endedAt: $0.endedAt, bytes: $0.recordingBytes ?? 0)
        }
        for (position, reason) in retention.choose(from: kept, at: now) {
            _ = try await recordings.delete(rows[position], by: "vigosrv", because: reason)
            logger.notice(
                "recording deleted",
                metadata: ["session": "\(rows[position].id.lowercased)", "reason": "\(reason)"]
            )
        }
    }

    /// What is there is all that there will be.
    private func finish(_ row: ScrierSessionRecord) async throws {
        let found = try await NIOThreadPool.singleton.runIfActive { [recordings] () -> FinishedRecording? in
            guard let path = recordings.path(row) else { return nil }
            let seconds = RecordedFile.repair(path)
            return RecordedFile.digest(path).map {
                FinishedRecording(isWhole: false, bytes: $0.bytes, sha256: $0.sha256, seconds: seconds ?? 0)
            }
        }
        let details = found?.auditDetails ?? ["recording": "nothing was written"]
        let event = AuditEvent(.recordingFinished, actor: "vigosrv", subject: row.id.lowercased, details: details)
        try await recordings.store.finishRecording(row.id, found, audit: [event])
        logger.warning(
            "a recording was cut short by the end of the last run",
            metadata: ["session": "\(row.id.lowercased)"]
        )
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch is CancellationError {} catch {
            logger.error("could not \(what)", metadata: ["error": "\(error)"])
        }
    }
}
