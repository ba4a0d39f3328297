import Broker
import Foundation
import Logging
import NIOCore
import NIOPosix
import Store
import Wire

/// The recordings of a server: whether there is room for one more, and what there is.
struct Recordings: SessionRecorder {
    let directory: String
    var settings: ServerConfiguration.Recording
    let store: Store
    /// Nil when it cannot be used: recordings are made, and not found by their text.
    let index: ScreenIndex?
    let logger: Logger

    /// Of the least that is free when a session begins; what runs may use the rest, but not the last of it: audit log and
    /// sessions' rows may lie on the same disk.
    private static let lastPart: UInt64 = 4
    private static let commonTerm = "xterm-256color"

    /// Throws when the disk is nearly full, or is not there.
    func admit() throws(SessionRefusal) {
        let escape = "; with --without-recording --reason TEXT it is opened without, which the audit log says"
        guard access(directory, W_OK | X_OK) == 0, let free = DiskSpace.free(at: directory) else {
            throw SessionRefusal(
                .recordingUnavailable,
                "every session is recorded, and \(directory) cannot be written: \(errnoText())\(escape)"
            )
        }
        guard free < settings.minimumFree else { return }
        throw SessionRefusal(
            .recordingUnavailable,
            "every session is recorded, and the disk for it is nearly full: \(free >> 20) MiB are free, and "
                + "scrier.recording_min_free_mib is \(settings.minimumFree >> 20)\(escape)"
        )
    }

    func begin(_ plan: SessionPlan, columns: Int, rows: Int, on loop: any EventLoop) async throws -> BegunRecording {
        let subject = RecordingSubject(
            title: "\(plan.actor) on \(plan.hostname) (\(plan.plugin.id))",
            term: plan.parameters["term"] ?? Self.commonTerm,
            columns: columns,
            rows: rows,
            timestamp: Int(Date().timeIntervalSince1970)
        )
        let name = RecordingName(session: plan.id, startedAt: plan.askedAt).text
        let file = try await NIOThreadPool.singleton.runIfActive { [directory, settings] in
            try SessionRecording(
                name,
                in: directory,
                of: subject,
                reserve: settings.minimumFree / Self.lastPart,
                on: loop
            )
        }
        let text = index.map { RecordedText($0, session: plan.id, logger: logger) }
        return BegunRecording(file: file, text: text)
    }

    /// Nil for a row that names no file of ours.
    func path(_ row: ScrierSessionRecord) -> String? {
        row.recording.flatMap(RecordingName.init).map { "\(directory)/\($0.text)" }
    }

    /// Reads the file through and holds it against row and audit log.
    func verdict(_ row: ScrierSessionRecord) async throws -> RecordingVerdict {
        switch row.recordingState {
        case nil, .bypassed: return .bypassed
        case .recording: return .recording
        case .deleted: return .deleted
        case .finished, .cutShort: break
        }
        guard let path = path(row) else { return .missing }
        let digest = try await NIOThreadPool.singleton.runIfActive { RecordedFile.digest(path) }
        guard let digest else { return .missing }
        let audited = try await store.auditedDigest(of: row.id)
        return digest.sha256 == row.recordingSHA256 && digest.sha256 == audited ? .verified : .altered
    }

    /// On record first, then the file. False when there is nothing to delete.
    func delete(_ row: ScrierSessionRecord, by actor: String, because reason: String) async throws -> Bool {
        var details = [
            "envoy": row.envoy.lowercased, "hostname": row.hostname, "user": row.user, "reason": reason,
            "bytes": "\(row.recordingBytes ?? 0)",
        ]
        details["recording_sha256"] = row.recordingSHA256
        let event = AuditEvent(.recordingDeleted, actor: actor, subject: row.id.lowercased, details: details)
        guard try await store.markRecordingDeleted(row.id, audit: [event]) else { return false }
        await remove(row)
        return true
    }

    /// What is marked as deleted, and no more.
    func remove(_ row: ScrierSessionRecord) async {
        do { try await index?.remove(row.id) } catch {
            logger.error("a recording's text could not be deleted", metadata: ["error": "\(error)"])
        }
        guard let path = path(row) else { return }
        if unlink(path) != 0, errno != ENOENT {
            logger.error("a recording could not be deleted", metadata: ["path": "\(path)", "error": "\(errnoText())"])
        }
    }
}
