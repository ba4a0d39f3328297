import Broker
import Foundation
import Logging
import Store

/// Everything of the server that reads the vault, put together.
struct ServerSecrets: Sendable {
    let provider: any SecretsProvider
    let epoch: SecretsEpoch
    let passwords: BasicAuthProvider
    let resolution: SecretsResolution
    let watch: VaultWatch

    init(
        _ provider: any SecretsProvider,
        _ configuration: ServerConfiguration,
        _ store: Store,
        _ refusals: AuditedRefusals,
        _ logger: Logger
    ) async throws {
        self.provider = provider
        let vault = PatientVault(provider)
        let entitlements = SecretEntitlements(rules: configuration.policy.secrets)
        let check = PolicyCheck(entitlements: entitlements, provider: provider, logger: logger)
        epoch = try await SecretsEpoch(store: store, logger: logger)
        passwords = BasicAuthProvider(
            store: store,
            passwords: WebPasswords(vault: vault),
            epoch: epoch,
            refusals: refusals,
            logger: logger
        )
        resolution = SecretsResolution(
            entitlements: entitlements,
            vault: vault,
            epoch: epoch,
            store: store,
            logger: logger
        )
        watch = VaultWatch(provider, epoch: epoch, store: store, logger: logger) { await check.run() }
        // The policy may be another one than before, and the vault may have been changed while no server ran.
        await epoch.grow(why: .load)
        epoch.onGrowth { cause, _ in if case .deleted(let key) = cause { check.deleted(key) } }
    }
}
