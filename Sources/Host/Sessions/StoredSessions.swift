import Broker
import Foundation
import Store
import Wire

/// Sessions' rows and audit records in the store, both in one transaction.
struct StoredSessions: SessionRecords {
    let store: Store

    func opened(_ plan: SessionPlan) async throws {
        let row = ScrierSessionRecord(
            id: plan.id,
            envoy: plan.envoy,
            hostname: plan.hostname,
            protocolName: plan.plugin.id,
            port: plan.port,
            user: plan.actor,
            state: .waiting,
            createdAt: plan.askedAt,
            clientAddress: plan.clientAddress,
            recording: plan.recording == .recorded
                ? RecordingName(session: plan.id, startedAt: plan.askedAt).text : nil,
            recordingState: plan.recording.state
        )
        var events = [event(.scrierConnect, plan, plan.recording == .recorded ? ["recorded": "true"] : [:])]
        if case .bypassed(let reason) = plan.recording {
            events.append(event(.recordingBypassed, plan, ["reason": reason]))
        }
        try await store.openSession(row, audit: events)
    }

    func changed(_ session: UUID, to state: SessionState, login: String?, at time: Date) async throws {
        guard let state = ScrierSessionRecord.State(rawValue: state.rawValue) else { return }
        try await store.setSessionState(session, to: state, login: login, at: time)
    }

    func ended(_ result: SessionResult) async throws {
        var details = ["reason": result.ending.reason, "state": result.state.rawValue]
        details["login"] = result.login
        details["bytes_in"] = "\(result.bytesIn)"
        details["bytes_out"] = "\(result.bytesOut)"
        details["exit_status"] = result.ending.exitStatus.map { "\($0)" }
        details["signal"] = result.ending.signal
        let finished = result.recording.map(FinishedRecording.init)
        details.merge(finished?.auditDetails ?? [:]) { $1 }
        details["recording_failure"] = result.recording?.failure
        let ending = Store.SessionEnding(
            id: result.plan.id,
            state: ScrierSessionRecord.State(rawValue: result.state.rawValue) ?? .failed,
            reason: result.ending.reason,
            endedAt: result.endedAt,
            exitStatus: result.ending.exitStatus.map(Int.init),
            bytesIn: Int(clamping: result.bytesIn),
            bytesOut: Int(clamping: result.bytesOut),
            login: result.login,
            recording: finished
        )
        try await store.endSession(ending, audit: [event(.scrierDisconnect, result.plan, details)])
    }

    private func event(_ action: AuditAction, _ plan: SessionPlan, _ details: [String: String]) -> AuditEvent {
        var all = [
            "envoy": plan.envoy.lowercased, "hostname": plan.hostname, "protocol": plan.plugin.id,
            "port": "\(plan.port)",
            "client": plan.clientAddress,
        ]
        if let key = plan.operatorKey {
            all["key"] = key.fingerprint
            all["key_proved"] = plan.isKeyProved ? "yes" : "no"
        }
        return AuditEvent(
            action,
            actor: plan.actor,
            subject: plan.id.lowercased,
            details: all.merging(details) { $1 }
        )
    }
}

extension FinishedRecording {
    init(_ result: RecordingResult) {
        self.init(
            isWhole: result.failure == nil,
            bytes: result.bytes,
            sha256: result.sha256,
            seconds: Double(result.duration.nanoseconds) / 1e9
        )
    }
}
