import Broker
import Synchronization
import Trust

/// A vault in memory that fails as it is told.
final class FakeVault: SecretsProvider {
    private struct State {
        var values: [SecretKey: Secret] = [:]
        var epoch: UInt64 = 1
        var status = SecretsStatus.State.open
        /// What the next readings meet, first to last.
        var failures: [SecretsError.Code] = []
        var hangs = false
        var pause = Duration.zero
        var asked: [[SecretKey]] = []
    }

    private let state = Mutex(State())

    init(_ values: [String: String] = [:]) {
        for (key, value) in values { self[key] = value }
    }

    /// Sets or removes a value as somebody would who goes past the server.
    subscript(key: String) -> String? {
        get { state.withLock { $0.values[SecretKey(key)!]?.withBytes { String(decoding: $0, as: UTF8.self) } } }
        set {
            state.withLock {
                $0.values[SecretKey(key)!] = newValue.map { Secret($0) }
                $0.epoch += 1
            }
        }
    }

    func fail(_ codes: SecretsError.Code...) { state.withLock { $0.failures = codes } }
    func hang() { state.withLock { $0.hangs = true } }
    /// Before each answer from now on.
    func pause(_ pause: Duration) { state.withLock { $0.pause = pause } }
    func become(_ status: SecretsStatus.State) { state.withLock { $0.status = status } }
    var asked: [[SecretKey]] { state.withLock { $0.asked } }

    func get(_ key: SecretKey) async throws(SecretsError) -> Secret { try await get([key])[0].get() }

    func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] {
        let (hangs, pause) = state.withLock { state in
            state.asked.append(keys)
            return (state.hangs, state.pause)
        }
        if pause > .zero { try? await Task.sleep(for: pause) }
        // Not even cancellation ends it.
        if hangs { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        return state.withLock { state in
            let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
            return keys.map { key in
                if let failure { return .failure(SecretsError(failure, "told to fail")) }
                guard let value = state.values[key] else { return .failure(SecretsError(.notFound, "no \(key)")) }
                return .success(value)
            }
        }
    }

    func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError) {
        state.withLock {
            $0.values[key] = value
            $0.epoch += 1
        }
    }

    func delete(_ key: SecretKey) async throws(SecretsError) {
        state.withLock {
            $0.values[key] = nil
            $0.epoch += 1
        }
    }

    func list(prefix: String) async throws(SecretsError) -> [SecretKey] {
        state.withLock { $0.values.keys.filter { $0.description.hasPrefix(prefix) }.sorted() }
    }

    func verify() async throws(SecretsError) -> [SecretsFinding] { [] }

    func status() async -> SecretsStatus {
        state.withLock { state in
            SecretsStatus(
                state: state.status,
                backend: "fake",
                explanation: state.status == .open ? nil : "told to be",
                epoch: state.epoch
            )
        }
    }
}
