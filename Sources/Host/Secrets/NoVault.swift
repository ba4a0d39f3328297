package import Broker
package import Trust

/// What stands in a vault's place where there is none: everything is refused with the same sentence.
package struct NoVault: SecretsVault {
    package let backend: String
    package let explanation: String

    package init(backend: String, explanation: String) {
        self.backend = backend
        self.explanation = explanation
    }

    private var error: SecretsError { SecretsError(.unavailable, explanation) }

    package func get(_ key: SecretKey) async throws(SecretsError) -> Secret { throw error }
    package func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] { keys.map { _ in .failure(error) } }
    package func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError) { throw error }
    package func delete(_ key: SecretKey) async throws(SecretsError) { throw error }
    package func list(prefix: String) async throws(SecretsError) -> [SecretKey] { throw error }
    package func verify() async throws(SecretsError) -> [SecretsFinding] { throw error }
    package func restart() async {}
    package func status() async -> SecretsStatus {
        SecretsStatus(state: .unavailable, backend: backend, explanation: explanation, epoch: 0)
    }
}
