import Foundation
import Trust

/// The logins that are open. Pure: time and randomness come from outside.
struct LoginTable {
    struct Ended: Sendable {
        let login: Login
        let why: LoginEnd
    }

    /// More than anybody has browsers.
    static let perUser = 50
    static let limit = 10_000

    let idle: TimeInterval
    let lifetime: TimeInterval
    private var logins: [String: Login] = [:]

    init(idle: TimeInterval, lifetime: TimeInterval) {
        self.idle = idle
        self.lifetime = lifetime
    }

    /// Takes one in; those that have to go for it are answered.
    mutating func insert(_ login: Login) -> [Ended] {
        var ended: [Ended] = []
        let own = logins.values.filter { $0.user == login.user }
        if own.count >= Self.perUser, let oldest = own.min(by: { $0.lastUsed < $1.lastUsed }) {
            ended += end(oldest.id, .tooMany)
        } else if logins.count >= Self.limit, let oldest = logins.values.min(by: { $0.lastUsed < $1.lastUsed }) {
            ended += end(oldest.id, .tooMany)
        }
        logins[login.id] = login
        return ended
    }

    /// Whose cookie it is, as long as the login is good.
    mutating func find(_ cookie: RandomToken, at now: Date, countsAsUse: Bool = true) -> Login? {
        guard cookie.kind == .login, var login = logins[cookie.id],
            TokenHash.isSHA256(login.hash, of: cookie.secret), why(login, at: now) == nil
        else { return nil }
        guard countsAsUse else { return login }
        login.lastUsed = max(login.lastUsed, now)
        logins[login.id] = login
        return login
    }

    func isOpen(_ id: String, at now: Date) -> Bool {
        logins[id].map { why($0, at: now) == nil } ?? false
    }

    mutating func use(_ id: String, at now: Date) { logins[id]?.lastUsed = now }

    /// The password was found to be the same in this epoch.
    mutating func confirm(_ id: String, epoch: UInt64) {
        guard let known = logins[id]?.epoch, known < epoch else { return }
        logins[id]?.epoch = epoch
    }

    mutating func end(_ id: String, _ why: LoginEnd) -> [Ended] {
        logins.removeValue(forKey: id).map { [Ended(login: $0, why: why)] } ?? []
    }

    mutating func endAll(_ why: LoginEnd, where isMeant: (Login) -> Bool) -> [Ended] {
        logins.values.filter(isMeant).flatMap { end($0.id, why) }
    }

    /// Those whose time is over.
    mutating func expire(at now: Date) -> [Ended] {
        logins.values.compactMap { login in why(login, at: now).map { (login.id, $0) } }.flatMap { end($0.0, $0.1) }
    }

    func open(at now: Date) -> [Login] {
        logins.values.filter { why($0, at: now) == nil }.sorted { $0.createdAt < $1.createdAt }
    }

    private func why(_ login: Login, at now: Date) -> LoginEnd? {
        if now.timeIntervalSince(login.createdAt) >= lifetime { return .old }
        return now.timeIntervalSince(login.lastUsed) >= idle ? .idle : nil
    }
}
