import Broker
import Logging
import Trust

/// Whether the vault holds what the policy speaks of. What it does not is an error in the log: an envoy's whole request fails over it.
struct PolicyCheck: Sendable {
    let entitlements: SecretEntitlements
    let provider: any SecretsProvider
    let logger: Logger

    /// When the policy has been read and the vault is open.
    func run() async {
        guard !entitlements.all.isEmpty else { return }
        do {
            for key in Self.missing(entitlements, in: try await provider.list(prefix: "")) { complain(key) }
        } catch {
            logger.error("the policy's secrets could not be looked for: \(error)")
        }
    }

    func deleted(_ key: SecretKey) {
        if entitlements.all.contains(key) { complain(key) }
    }

    static func missing(_ entitlements: SecretEntitlements, in stored: [SecretKey]) -> [SecretKey] {
        entitlements.all.subtracting(stored).sorted()
    }

    private func complain(_ key: SecretKey) {
        let patterns = entitlements.rules.filter { $0.keys.contains(key) }.map(\.pattern.text)
        logger.error(
            "policy.secrets names a secret that the vault does not hold; set it with `vigocli secrets set raw \(key)`",
            metadata: ["secret": "\(key)", "pattern": "\(patterns.joined(separator: " "))"]
        )
    }
}
