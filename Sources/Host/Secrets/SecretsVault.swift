package import Broker

/// What the administration of a vault asks of it, beyond what the rest of the server does.
package protocol SecretsVault: SecretsProvider {
    /// Has a worker that reads the keys as they are now; returns when it runs, or has failed to.
    func restart() async throws(SecretsError)
}

extension SecretsWorker: SecretsVault {}
