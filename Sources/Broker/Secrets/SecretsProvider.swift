package import Trust

/// The vault as the rest of the server sees it, whatever backend is behind it.
package protocol SecretsProvider: Sendable {
    func get(_ key: SecretKey) async throws(SecretsError) -> Secret
    /// Several at once, in the order asked for; one that fails does not keep the others.
    func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>]
    func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError)
    func delete(_ key: SecretKey) async throws(SecretsError)
    /// Sorted; those that begin with `prefix`, all for an empty one.
    func list(prefix: String) async throws(SecretsError) -> [SecretKey]
    /// Each stored thing that cannot be what it says it is, by its name and what is wrong with it.
    func verify() async throws(SecretsError) -> [SecretsFinding]
    /// Seals everything with the newest key, and says how many were not yet. May be repeated, and interrupted at any time.
    func reseal() async throws(SecretsError) -> Int
    /// Never throws: a vault that does not answer is a state too.
    func status() async -> SecretsStatus
}

extension SecretsProvider {
    package func reseal() async throws(SecretsError) -> Int {
        throw SecretsError(.invalid, "this backend cannot seal its secrets anew")
    }
}

/// Something in the vault's storage that is damaged or in the wrong place.
package struct SecretsFinding: Sendable, Equatable {
    /// A key where there is one, else the file's path below the secrets directory.
    package var name: String
    package var problem: String

    package init(name: String, problem: String) {
        self.name = name
        self.problem = problem
    }
}

package struct SecretsStatus: Sendable, Equatable {
    package enum State: String, Sendable {
        case open, sealed, unavailable
    }

    package var state: State
    /// The plugin's id: `vault`, `openbao`.
    package var backend: String
    /// One sentence where the state is not `open`.
    package var explanation: String?
    /// Grows with every change that the backend knows of.
    package var epoch: UInt64

    package init(state: State, backend: String, explanation: String? = nil, epoch: UInt64) {
        self.state = state
        self.backend = backend
        self.explanation = explanation
        self.epoch = epoch
    }
}
