import Broker
import Logging
import Synchronization
import Trust

/// A vault in memory that counts how often it was read.
final class MemoryVault: SecretsProvider {
    private let state: Mutex<(values: [SecretKey: Secret], readings: Int)>

    init(_ values: [SecretKey: String]) { state = Mutex((values.mapValues { Secret($0) }, 0)) }

    var readings: Int { state.withLock { $0.readings } }

    func set(_ key: SecretKey, _ value: String) { state.withLock { $0.values[key] = Secret(value) } }

    func get(_ key: SecretKey) async throws(SecretsError) -> Secret { try await get([key])[0].get() }

    func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] {
        state.withLock { state in
            state.readings += 1
            return keys.map { key in
                state.values[key].map { .success($0) } ?? .failure(SecretsError(.notFound, "no \(key)"))
            }
        }
    }

    func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError) { state.withLock { $0.values[key] = value } }
    func delete(_ key: SecretKey) async throws(SecretsError) { state.withLock { $0.values[key] = nil } }
    func list(prefix: String) async throws(SecretsError) -> [SecretKey] { state.withLock { $0.values.keys.sorted() } }
    func verify() async throws(SecretsError) -> [SecretsFinding] { [] }
    func status() async -> SecretsStatus { SecretsStatus(state: .open, backend: "memory", epoch: 1) }
}

extension AgentSecretsTests {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
