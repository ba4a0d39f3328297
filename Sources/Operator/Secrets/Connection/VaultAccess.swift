package import Trust
package import Wire

/// What the vault's commands ask of a vault, whoever runs it.
package protocol VaultAccess: Sendable {
    func status() async throws -> SecretsReport
    func list(prefix: String) async throws -> [SecretKey]
    /// Recorded in the audit log before the value is here.
    func reveal(_ key: SecretKey) async throws -> Secret
    /// The same for several: as many of the first as are handed out at once, nil for those that are gone.
    func export(_ keys: [SecretKey]) async throws -> [(key: SecretKey, value: Secret?)]
    func put(_ key: SecretKey, _ value: Secret) async throws
    func delete(_ key: SecretKey) async throws
    /// Whatever is damaged or out of place; `freshly` by a worker that has read the keys anew.
    func verify(freshly: Bool) async throws -> [SecretProblem]
    /// Has the keys read anew, and everything sealed with the newest: how many were not yet.
    func reseal() async throws -> Int
}
