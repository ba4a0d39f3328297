import Crypto
import Foundation
import GRDB

/// A record of the audit log. Its hash is SHA-256 over the canonical JSON (RFC 8785) of all its other members, the hash of the
/// record before among them: who changes one changes all that follow.
package struct AuditRecord: Sendable, Equatable {
    package let sequence: Int
    /// ISO 8601, UTC, milliseconds; kept as text, since the hash covers it letter by letter.
    package let time: String
    package let actor: String
    package let action: String
    package let subject: String
    package let details: [String: String]
    package let previousHash: String
    package let hash: String

    /// What stands before the first record.
    package static let origin = String(repeating: "0", count: 64)

    init(sequence: Int, time: Date, event: AuditEvent, previousHash: String) {
        self.sequence = sequence
        self.time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        actor = event.actor
        action = event.action.rawValue
        subject = event.subject
        details = event.details
        self.previousHash = previousHash
        hash = Self.hash(sequence, self.time, actor, action, subject, details, previousHash)
    }

    /// As somebody else wrote it down: to be verified.
    package init(
        sequence: Int,
        time: String,
        actor: String,
        action: String,
        subject: String,
        details: [String: String],
        previousHash: String,
        hash: String
    ) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.action = action
        self.subject = subject
        self.details = details
        self.previousHash = previousHash
        self.hash = hash
    }

    init(_ row: Row) throws {
        let text: String = row["details"]
        var details = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        // Another spelling of the same is a change too: of two members of one name, readers disagree which one counts.
        let canonical = CanonicalJSON.object((details ?? [:]).mapValues { .string($0) }).text
        if !canonical.utf8.elementsEqual(text.utf8) { details = nil }
        self.init(
            sequence: row["sequence"],
            time: row["time"],
            actor: row["actor"],
            action: row["action"],
            subject: row["subject"],
            // Details that are not as they were written cannot match the hash either.
            details: details ?? ["": text],
            previousHash: row["previousHash"],
            hash: row["hash"]
        )
    }

    var computedHash: String { Self.hash(sequence, time, actor, action, subject, details, previousHash) }

    private static func hash(
        _ sequence: Int,
        _ time: String,
        _ actor: String,
        _ action: String,
        _ subject: String,
        _ details: [String: String],
        _ previousHash: String
    ) -> String {
        let canonical = CanonicalJSON.object([
            "sequence": .integer(sequence), "time": .string(time), "actor": .string(actor), "action": .string(action),
            "subject": .string(subject), "details": .object(details.mapValues { .string($0) }),
            "previous_hash": .string(previousHash),
        ])
        return SHA256.hash(data: Data(canonical.text.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0" + hex : hex
        }.joined()
    }
}
