import Foundation

/// Slows down whoever guesses passwords, and nobody else for long.
///
/// Three things are counted: an account from one source, a source, and an account from everywhere. The last one holds up only
/// sources that have failed with this account themselves, and only from their own last failure on: somebody who knows the
/// password gets in, at once or after a minute, however many others try. Attempts are counted when they begin, so that many at once are not one; those that are held up are not counted, so that
/// hammering does not make it longer.
struct PasswordThrottle {
    struct Attempt: Hashable {
        let account: String
        let source: String

        /// An account's name counts as far as one can be long: a name of one character may have as many bytes as a request.
        init(account: String, source: String) {
            self.account = String(decoding: account.utf8.prefix(64), as: UTF8.self)
            self.source = source
        }
    }

    enum Decision: Equatable {
        case go
        case wait(seconds: Int)
    }

    private struct Failures {
        var count = 0
        var last: Date
    }

    private enum Subject: Hashable {
        case pair(Attempt)
        case source(String)
        case account(String)
    }

    static let pair = Backoff(free: 3, first: 1, longest: 300)
    /// Many people may share an address.
    static let source = Backoff(free: 20, first: 1, longest: 60)
    static let account = Backoff(free: 10, first: 1, longest: 60)
    /// After so long without a failure all is forgotten.
    static let memory: TimeInterval = 3600

    private let limit: Int
    private var failures: [Subject: Failures] = [:]

    init(limit: Int = 50_000) { self.limit = limit }

    var remembered: Int { failures.count }

    /// Counts the attempt as failed until it is known to be good.
    mutating func begin(_ attempt: Attempt, at now: Date) -> Decision {
        let own = known(.pair(attempt), at: now)
        let source = known(.source(attempt.source), at: now)
        let everywhere = known(.account(attempt.account), at: now)?.count ?? 0
        let holds = [
            own.flatMap { Self.hold($0, for: Self.pair.delay(after: $0.count)) },
            own.flatMap { Self.hold($0, for: Self.account.delay(after: everywhere)) },
            source.flatMap { Self.hold($0, for: Self.source.delay(after: $0.count)) },
        ].compactMap { $0 }
        if let until = holds.max(), until > now {
            return .wait(seconds: max(1, Int(until.timeIntervalSince(now).rounded(.up))))
        }
        makeRoom(at: now)
        for subject in Self.subjects(attempt) { count(subject, at: now) }
        return .go
    }

    /// Nil without a delay: the last attempt may be younger than one that has waited for its turn.
    private static func hold(_ failures: Failures, for delay: TimeInterval) -> Date? {
        delay > 0 ? failures.last.addingTimeInterval(delay) : nil
    }

    /// The password was right: what failed before it, here and with this account, was a slip of the fingers. Others' failures
    /// stay counted: they go on guessing.
    mutating func succeeded(_ attempt: Attempt) {
        let slips = failures[.pair(attempt)]?.count ?? 1
        for subject in Self.subjects(attempt) { takeBack(subject, slips) }
    }

    /// Nothing was learned about the password.
    mutating func undecided(_ attempt: Attempt) {
        for subject in Self.subjects(attempt) { takeBack(subject, 1) }
    }

    private static func subjects(_ attempt: Attempt) -> [Subject] {
        [.pair(attempt), .source(attempt.source), .account(attempt.account)]
    }

    private func known(_ subject: Subject, at now: Date) -> Failures? {
        failures[subject].flatMap { now.timeIntervalSince($0.last) < Self.memory ? $0 : nil }
    }

    private mutating func count(_ subject: Subject, at now: Date) {
        var entry = known(subject, at: now) ?? Failures(last: now)
        entry.count += 1
        entry.last = now
        failures[subject] = entry
    }

    private mutating func takeBack(_ subject: Subject, _ number: Int) {
        guard let entry = failures[subject] else { return }
        failures[subject] = entry.count > number ? Failures(count: entry.count - number, last: entry.last) : nil
    }

    /// Bounded, whatever comes from ever new addresses: what is over goes first, then whatever failed longest ago.
    private mutating func makeRoom(at now: Date) {
        guard failures.count >= limit else { return }
        failures = failures.filter { now.timeIntervalSince($0.value.last) < Self.memory }
        guard failures.count >= limit else { return }
        let oldest = failures.sorted { $0.value.last < $1.value.last }.prefix(limit / 4)
        for (subject, _) in oldest { failures[subject] = nil }
    }
}
