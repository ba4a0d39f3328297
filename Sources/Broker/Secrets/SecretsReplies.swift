import Trust
import WorkerProtocol

/// The bodies of replies. What a backend says is checked like anything that comes from outside.
extension SecretsStatus {
    init(reply fields: inout ExchangeFields) throws {
        guard let state = State(rawValue: try fields.text("a state")) else {
            throw WorkerProtocolError.malformed("a state")
        }
        guard let epoch = UInt64(try fields.text("an epoch")) else { throw WorkerProtocolError.malformed("an epoch") }
        let sentence = try fields.text("an explanation").filter { !$0.isNewline }
        self.init(state: state, backend: "", explanation: sentence.isEmpty ? nil : sentence, epoch: epoch)
    }
}

/// One page of `list`.
struct SecretsPage: Sendable {
    let hasMore: Bool
    let keys: [SecretKey]

    init(reply fields: inout ExchangeFields) throws {
        hasMore = try fields.hasMore()
        var keys: [SecretKey] = []
        while !fields.isAtEnd {
            guard let key = SecretKey(try fields.text("a key")), keys.last.map({ $0 < key }) ?? true else {
                throw WorkerProtocolError.malformed("a list of keys")
            }
            keys.append(key)
        }
        guard !hasMore || !keys.isEmpty else { throw WorkerProtocolError.malformed("a list of keys") }
        self.keys = keys
    }
}

/// One page of `verify`.
struct FindingsPage: Sendable {
    /// Nil at the end.
    let cursor: String?
    let findings: [SecretsFinding]

    init(reply fields: inout ExchangeFields) throws {
        let hasMore = try fields.hasMore()
        let cursor = try fields.text("a cursor")
        self.cursor = hasMore ? cursor : nil
        var findings: [SecretsFinding] = []
        while !fields.isAtEnd {
            findings.append(SecretsFinding(name: try fields.text("a name"), problem: try fields.text("a problem")))
        }
        self.findings = findings
    }
}

extension ExchangeFields {
    mutating func hasMore() throws(WorkerProtocolError) -> Bool {
        switch try text("a page") {
        case "more": return true
        case "end": return false
        default: throw .malformed("a page")
        }
    }

    /// The one field that is a value; a copy that wipes itself.
    mutating func secret() throws(WorkerProtocolError) -> Secret {
        guard let value = try next(), isAtEnd else { throw .malformed("a value") }
        return Secret(value)
    }
}
