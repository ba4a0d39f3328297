import Synchronization
import Trust
import Wire

@testable import Operator

/// A vault as its commands see it, in memory.
final class FakeVault: VaultAccess {
    private let secrets: Mutex<[SecretKey: Secret]>
    /// Handed out by one `export`.
    private let page: Int

    init(_ secrets: [String: String] = [:], page: Int = 3) {
        self.secrets = Mutex(Dictionary(uniqueKeysWithValues: secrets.map { (SecretKey($0)!, Secret($1)) }))
        self.page = page
    }

    var texts: [String: String] {
        secrets.withLock { secrets in
            Dictionary(
                uniqueKeysWithValues: secrets.map { key, value in
                    (key.description, value.withBytes { String(decoding: $0, as: UTF8.self) })
                }
            )
        }
    }

    func status() async throws -> SecretsReport {
        SecretsReport(state: "open", backend: "fake", epoch: 1, directory: "/nowhere")
    }

    func list(prefix: String) async throws -> [SecretKey] { secrets.withLock { $0.keys.sorted() } }

    func reveal(_ key: SecretKey) async throws -> Secret {
        guard let value = secrets.withLock({ $0[key] }) else { throw OperatorError("none", code: "not_found") }
        return value
    }

    func export(_ keys: [SecretKey]) async throws -> [(key: SecretKey, value: Secret?)] {
        secrets.withLock { secrets in keys.prefix(page).map { ($0, secrets[$0]) } }
    }

    func put(_ key: SecretKey, _ value: Secret) async throws { secrets.withLock { $0[key] = value } }
    func delete(_ key: SecretKey) async throws { secrets.withLock { $0[key] = nil } }
    func verify(freshly: Bool) async throws -> [SecretProblem] { [] }
    func reseal() async throws -> Int { 0 }
}
