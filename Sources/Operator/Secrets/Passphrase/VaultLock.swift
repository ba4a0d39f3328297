import Glibc
package import Trust

/// The unlock passphrase at work: verifier, sentinel and the record of wrong attempts, as files beside the secrets directory.
package struct VaultLock: Sendable {
    package private(set) var places: VaultPlaces
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    /// Whose wrong passphrases are counted.
    let person: String
    let parameters: Argon2id

    package init(
        _ places: VaultPlaces,
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        person: String = LoginUser.current,
        parameters: Argon2id = .recommended
    ) {
        self.places = places
        self.now = now
        self.person = person
        self.parameters = parameters
    }

    package func with(_ settings: VaultSettings) -> VaultLock {
        var lock = self
        lock.places = places.with(settings)
        return lock
    }

    package var hasVerifier: Bool { GuardedFile.exists(places.verifier) }

    package func gate() throws(OperatorError) -> UnlockGate {
        UnlockGate(sentinel: try GuardedFile.read(places.sentinel, upTo: 64))
    }

    /// What every gated command begins with: refuses while the vault is locked, else slides its time-out on.
    package func requireOpen() throws(OperatorError) {
        let now = now()
        guard try gate().isOpen(at: now) else {
            guard hasVerifier else {
                throw OperatorError("the vault is not set up here: run `vigocli secrets init`", code: "not_set_up")
            }
            throw OperatorError("the vault is locked: run `vigocli secrets unlock`", code: "locked")
        }
        try GuardedFile.write(UnlockGate(usedAt: now).sentinel, to: places.sentinel)
    }

    /// Refuses while the person has to wait after wrong passphrases; then tells whether this one is right.
    package func check(_ passphrase: Secret) throws(OperatorError) {
        let verifier = try verifier()
        let failures = FailedUnlocksFile(path: places.failures)
        try failures.change { (record: inout FailedUnlocks) throws(OperatorError) in
            let now = now()
            let wait = record.wait(for: person, at: now)
            guard wait == 0 else {
                throw OperatorError(
                    "too many wrong passphrases: wait \(wait) \(wait == 1 ? "second" : "seconds")",
                    code: "slow_down"
                )
            }
            record.attempted(by: person, at: now)
        }
        guard try verifier.matches(passphrase) else {
            throw OperatorError("the passphrase is wrong", code: "wrong_passphrase")
        }
        try failures.change { $0.succeeded(person) }
    }

    package func open() throws(OperatorError) {
        try GuardedFile.write(UnlockGate(usedAt: now()).sentinel, to: places.sentinel)
    }

    /// True when it was open, or at least not locked by hand.
    @discardableResult
    package func close() throws(OperatorError) -> Bool { try GuardedFile.remove(places.sentinel) }

    /// From now on this is the passphrase, and the vault is locked.
    package func set(_ passphrase: Secret) throws(OperatorError) {
        try GuardedFile.write(try UnlockVerifier(passphrase, parameters: parameters).file, to: places.verifier)
        try close()
    }

    private func verifier() throws(OperatorError) -> UnlockVerifier {
        guard let file = try GuardedFile.read(places.verifier, upTo: UnlockVerifier.largestFile) else {
            throw OperatorError(
                "\(places.verifier) is missing, there is no unlock passphrase yet: run `vigocli secrets init`",
                code: "not_set_up"
            )
        }
        guard let verifier = UnlockVerifier(file: file) else {
            throw OperatorError(
                "\(places.verifier) is damaged: `vigocli secrets reset` writes a new one",
                code: "damaged_verifier"
            )
        }
        return verifier
    }
}
