import Broker
import Logging
import Store
import Trust

/// What the audit log says of secrets: names, never values. It is written before the deed, which is not done where it cannot be.
struct SecretsAudit: Sendable {
    let store: Store
    let logger: Logger

    func record(_ action: AuditAction, _ subject: String, _ call: APICall, why: String? = nil) async throws {
        try await record(action, [subject], call, why: why)
    }

    /// Several at once are one transaction.
    func record(_ action: AuditAction, _ subjects: [String], _ call: APICall, why: String? = nil) async throws {
        let actor = try call.signedIn().name
        var details = ["address": call.clientAddress]
        details["why"] = why
        do {
            try await store.append(subjects.map { AuditEvent(action, actor: actor, subject: $0, details: details) })
        } catch {
            logger.error(
                "nothing was done with a secret, because the audit log cannot be written",
                metadata: ["error": "\(error)"]
            )
            throw APIFailure(
                .serviceUnavailable,
                "audit_failed",
                "nothing was done: the audit log cannot be written (\(error))"
            )
        }
    }

    /// Does it; where that fails, the log says so too.
    func perform<Result>(
        _ action: AuditAction,
        _ subject: String,
        _ call: APICall,
        _ deed: () async throws -> Result
    ) async throws -> Result {
        try await record(action, subject, call)
        do { return try await deed() } catch let error as SecretsError {
            let details = ["address": call.clientAddress, "failed": error.code.rawValue]
            let event = AuditEvent(action, actor: try call.signedIn().name, subject: subject, details: details)
            try? await store.append([event])
            throw error
        }
    }
}
