/// Follows the chain record by record. Also over an exported log, without the database.
package struct AuditVerifier: Sendable {
    package enum Verdict: Sendable, Equatable {
        case whole(records: Int, head: String)
        /// The first record that is not as it was written, and what is wrong with it.
        case broken(sequence: Int, problem: String)
    }

    private var count = 0
    private var previous = AuditRecord.origin

    package init() {}

    /// Takes the next record; a verdict when it breaks the chain.
    package mutating func take(_ record: AuditRecord) -> Verdict? {
        let expected = count + 1
        guard record.sequence == expected else {
            return .broken(
                sequence: expected,
                problem: "record \(expected) is missing: record \(record.sequence) stands in its place"
            )
        }
        guard record.previousHash == previous else {
            return .broken(sequence: expected, problem: "record \(expected) does not follow from the one before it")
        }
        guard record.computedHash == record.hash else {
            return .broken(sequence: expected, problem: "record \(expected) is not as it was written")
        }
        count = expected
        previous = record.hash
        return nil
    }

    package var verdict: Verdict { .whole(records: count, head: previous) }
}
