import Broker
import Foundation
import Logging
import Store
import Synchronization
import Trust

/// Checks a user's name and password. Who guesses learns nothing from the answer or its time but that it was not right.
final class BasicAuthProvider: Sendable {
    /// Somebody whose password was right.
    struct Proof: Sendable {
        let user: UserRecord
        let mark: PasswordMark
        /// Read before the password was: a change in between is noticed later.
        let epoch: UInt64
    }

    private let store: Store
    private let passwords: WebPasswords
    private let epoch: SecretsEpoch
    private let refusals: AuditedRefusals
    private let logger: Logger
    /// A failed answer comes no earlier, so that its time does not tell what failed.
    private let answerAfter: Duration
    private let throttle = Mutex(PasswordThrottle())
    private let turns = PasswordTurns()

    init(
        store: Store,
        passwords: WebPasswords,
        epoch: SecretsEpoch,
        refusals: AuditedRefusals,
        logger: Logger,
        answerAfter: Duration = .milliseconds(500)
    ) {
        self.store = store
        self.passwords = passwords
        self.epoch = epoch
        self.refusals = refusals
        self.logger = logger
        self.answerAfter = answerAfter
    }

    func check(_ username: String, _ password: Secret, from address: String, at now: Date = Date()) async throws
        -> Proof
    {
        let began = ContinuousClock.now
        let attempt = PasswordThrottle.Attempt(
            account: username,
            source: SourceNetwork.name(address)
        )
        guard let verdict = try await turns.take(attempt, { try await decide(attempt, username, password, at: now) })
        else {
            throw APIFailure.slowedDown(seconds: 1)
        }
        switch verdict {
        case .right(let proof): return proof
        case .wrong(let user):
            await refuse(user, address)
            try? await Task.sleep(until: began + answerAfter)
            throw APIFailure.wrongPassword
        }
    }

    private enum Verdict {
        case right(Proof)
        /// Nil where nobody has that name.
        case wrong(UserRecord?)
    }

    private func decide(
        _ attempt: PasswordThrottle.Attempt,
        _ username: String,
        _ password: Secret,
        at now: Date
    ) async throws -> Verdict {
        if case .wait(let seconds) = throttle.withLock({ $0.begin(attempt, at: now) }) {
            throw APIFailure.slowedDown(seconds: seconds)
        }
        let current = epoch.current
        let user: UserRecord?
        let stored: PasswordMark?
        do {
            user = try await store.user(named: username)
            stored = try await passwords.mark(of: username)
        } catch {
            throttle.withLock { $0.undecided(attempt) }
            // Not louder: that the vault is away is said once, and strangers must not fill the log with it.
            logger.debug("a password could not be checked", metadata: ["error": "\(error)"])
            throw error is SecretsError ? APIFailure.vaultUnavailable : error
        }
        // The same steps for everybody: a decoy stands where there is no password.
        let (presented, decoy) = (passwords.marks.mark(password), passwords.marks.decoy())
        guard presented == stored ?? decoy, stored != nil, let user else { return .wrong(user) }
        throttle.withLock { $0.succeeded(attempt) }
        return .right(Proof(user: user, mark: presented, epoch: current))
    }

    /// Whether a password is still what it was; throws when nobody can tell.
    func isUnchanged(_ mark: PasswordMark, of username: String) async throws(SecretsError) -> Bool {
        try await passwords.mark(of: username) == mark
    }

    private func refuse(_ user: UserRecord?, _ address: String) async {
        // People type passwords where the name belongs: only names that exist are written down.
        let event = AuditEvent(
            .loginFailed,
            actor: user?.username ?? "somebody unknown",
            subject: "password",
            details: ["address": address]
        )
        do { try await refusals.strangers.record(event, from: SourceNetwork.name(address)) } catch {
            // A full disk does not make wrong passwords right, nor the answer another one.
            logger.error("a failed login could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
