import Crypto
import Glibc
package import Wire

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Checks an exported audit log without the server that wrote it: each record's hash is SHA-256 over the canonical JSON (RFC 8785)
/// of its other members, the hash of the record before among them.
package enum AuditChain {
    /// What stands before the first record.
    private static let origin = String(repeating: "0", count: 64)

    package static func verify(file: String) throws(OperatorError) -> AuditVerification {
        let data = try? Data(contentsOf: URL(filePath: file == "-" ? "/dev/stdin" : file))
        guard let data else { throw OperatorError("\(file) cannot be read") }
        return verify(data)
    }

    package static func verify(_ log: Data) -> AuditVerification {
        var previous = origin
        var count = 0
        for line in log.split(separator: UInt8(ascii: "\n")) {
            let expected = count + 1
            guard let record = try? JSONDecoder().decode(Record.self, from: Data(line)) else {
                return broken(expected, "line \(expected) is no audit record")
            }
            guard record.sequence == expected else {
                return broken(expected, "record \(expected) is missing: record \(record.sequence) stands in its place")
            }
            guard record.previousHash == previous else {
                return broken(expected, "record \(expected) does not follow from the one before it")
            }
            guard record.computedHash == record.hash else {
                return broken(expected, "record \(expected) is not as it was written")
            }
            count = expected
            previous = record.hash
        }
        return AuditVerification(valid: true, records: count, headHash: previous)
    }

    private static func broken(_ sequence: Int, _ problem: String) -> AuditVerification {
        AuditVerification(valid: false, records: sequence - 1, firstBroken: sequence, problem: problem)
    }

    /// As it stands in the export: the time is text, since the hash covers it letter by letter.
    private struct Record: Decodable {
        let sequence: Int
        let time: String
        let actor: String
        let action: String
        let subject: String
        let details: [String: String]
        let previousHash: String
        let hash: String

        enum CodingKeys: String, CodingKey {
            case sequence, time, actor, action, subject, details, hash
            case previousHash = "previous_hash"
        }

        var computedHash: String {
            let members: [(String, String)] = [
                ("action", CanonicalText.quoted(action)), ("actor", CanonicalText.quoted(actor)),
                ("details", CanonicalText.object(details)), ("previous_hash", CanonicalText.quoted(previousHash)),
                ("sequence", String(sequence)), ("subject", CanonicalText.quoted(subject)),
                ("time", CanonicalText.quoted(time)),
            ]
            let text = "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
            return SHA256.hash(data: Data(text.utf8)).map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0" + digits : digits
            }.joined()
        }
    }
}
