/// What the agent remembers from one check-in to the next, over restarts.
struct CheckInMemory: Equatable, Sendable {
    struct Head: Equatable, Sendable {
        var sequence: UInt64
        var hash: [UInt8]
    }

    /// Of the last check-in, in milliseconds: the next one is later, whatever the clock says.
    var time: UInt64 = 0
    /// Of the server's last answer.
    var answerTime: UInt64 = 0
    /// The newest audit record that the server has shown.
    var head: Head?
    /// Ports that the server allowed last; nil before it said anything.
    var serverPorts: Set<Int>?
    /// The newest epoch of secrets that the server told of.
    var secretsEpoch: UInt64 = 0

    init() {}

    init(parsing text: String) {
        guard let values = try? KeyValueFile(parsing: text, file: "") else { return }
        time = values["time"].flatMap(UInt64.init) ?? 0
        answerTime = values["answer_time"].flatMap(UInt64.init) ?? 0
        if let sequence = values["head_sequence"].flatMap(UInt64.init),
            let hash = values["head_hash"].flatMap({ Base64.decode($0.utf8) })
        {
            head = Head(sequence: sequence, hash: hash)
        }
        secretsEpoch = values["secrets_epoch"].flatMap(UInt64.init) ?? 0
        serverPorts = values["server_ports"].map { Set($0.split(separator: ",").compactMap { Int($0) }) }
    }

    var text: String {
        var pairs = [("time", String(time)), ("answer_time", String(answerTime))]
        if let head { pairs += [("head_sequence", String(head.sequence)), ("head_hash", Base64.encode(head.hash))] }
        if secretsEpoch > 0 { pairs.append(("secrets_epoch", String(secretsEpoch))) }
        if let serverPorts {
            pairs.append(("server_ports", serverPorts.sorted().map(String.init).joined(separator: ",")))
        }
        return KeyValueFile.text(pairs)
    }

    /// What the server's newest head says about the log that was seen before.
    enum Verdict: Equatable {
        case fine
        /// A record that was there is gone or another one.
        case shrunk(seen: Head, shown: Head)
    }

    /// Takes note of a head. One that contradicts the older one is not taken over: it is reported until somebody
    /// looks into it.
    mutating func note(_ shown: Head) -> Verdict {
        guard let seen = head else {
            head = shown
            return .fine
        }
        if shown.sequence < seen.sequence || (shown.sequence == seen.sequence && shown.hash != seen.hash) {
            return .shrunk(seen: seen, shown: shown)
        }
        head = shown
        return .fine
    }
}
