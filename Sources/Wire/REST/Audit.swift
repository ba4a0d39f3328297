#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One record of the audit log, as a line of `GET /api/v1/audit/export`.
package struct AuditEntry: Codable, Sendable, Equatable {
    package var sequence: Int
    package var time: Date
    package var actor: String
    package var action: String
    package var subject: String
    package var details: [String: String]
    /// SHA-256 of the record before, in hexadecimal.
    package var previousHash: String
    package var hash: String

    package init(
        sequence: Int,
        time: Date,
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

    private enum CodingKeys: String, CodingKey {
        case sequence
        case time
        case actor
        case action
        case subject
        case details
        case previousHash = "previous_hash"
        case hash
    }
}

/// `GET /api/v1/audit/verify`.
package struct AuditVerification: Codable, Sendable, Equatable {
    package var valid: Bool
    package var records: Int
    /// Sequence number of the first record that is not as it was written.
    package var firstBroken: Int?
    package var problem: String?
    package var headHash: String?

    package init(
        valid: Bool,
        records: Int,
        firstBroken: Int? = nil,
        problem: String? = nil,
        headHash: String? = nil
    ) {
        self.valid = valid
        self.records = records
        self.firstBroken = firstBroken
        self.problem = problem
        self.headHash = headHash
    }

    private enum CodingKeys: String, CodingKey {
        case valid
        case records
        case firstBroken = "first_broken"
        case problem
        case headHash = "head_hash"
    }
}
