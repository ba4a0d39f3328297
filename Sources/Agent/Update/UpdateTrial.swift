/// What a new agent has to prove: that it can check in. Kept in the state directory over the change of programs.
struct UpdateTrial: Equatable, Sendable {
    /// A crash of the new agent is a restart by the service manager; so many are enough.
    static let mostStarts = 3
    /// How long the new agent has, each time it starts.
    static let patience = Duration.seconds(120)

    var version: String
    var program: String
    /// The agent before, to go back to.
    var previous: String
    var starts = 0
    /// Why it went back; empty while the trial goes on.
    var failure = ""

    enum Verdict: Equatable {
        /// This is the new agent: it counts once it has checked in.
        case onTrial
        /// This is the new agent, and it has had its chances.
        case goBack(String)
        /// This is the old agent again.
        case wentBack(String)
    }

    /// What to do at a start of version `current`, which is noted before anything else.
    mutating func started(as current: String) -> Verdict {
        guard current == version, failure.isEmpty else {
            let reason = failure.isEmpty ? "version \(version) did not come up" : failure
            return .wentBack(reason)
        }
        starts += 1
        guard starts <= Self.mostStarts else {
            return .goBack("version \(version) started \(Self.mostStarts) times and could not check in")
        }
        return .onTrial
    }
}

extension UpdateTrial {
    init?(parsing text: String) {
        guard let values = try? KeyValueFile(parsing: text, file: ""), let version = values["version"],
            let program = values["program"], let previous = values["previous"],
            ReleaseVersion(version) != nil, program.hasPrefix("/"), previous.hasPrefix("/")
        else { return nil }
        self.init(version: version, program: program, previous: previous)
        starts = values["starts"].flatMap { Int($0) } ?? 0
        failure = values["failure"] ?? ""
    }

    var text: String {
        KeyValueFile.text([
            ("version", version), ("program", program), ("previous", previous), ("starts", String(starts)),
            ("failure", failure),
        ])
    }
}
