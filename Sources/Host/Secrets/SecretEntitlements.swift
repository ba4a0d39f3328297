import Trust

/// Which secrets an envoy may have: those of its own policy, and no others.
struct SecretEntitlements: Sendable {
    enum Decision: Equatable {
        case entitled([SecretKey])
        /// What was asked for besides, as it was written.
        case refused([String])
    }

    let rules: [ServerConfiguration.SecretsRule]

    /// By the name that the envoy enrolled under, never by one that it gives itself later.
    func keys(of hostname: String) -> [SecretKey] {
        Set(rules.filter { $0.pattern.matches(hostname) }.flatMap(\.keys)).sorted()
    }

    func decide(_ references: [String], for hostname: String) -> Decision {
        let allowed = Set(keys(of: hostname))
        var keys: [SecretKey] = []
        var refused: [String] = []
        for reference in references {
            if let key = SecretKey(reference), allowed.contains(key) {
                keys.append(key)
            } else {
                refused.append(reference)
            }
        }
        return refused.isEmpty ? .entitled(keys) : .refused(refused)
    }

    /// Everything that some rule names.
    var all: Set<SecretKey> { Set(rules.flatMap(\.keys)) }
}
