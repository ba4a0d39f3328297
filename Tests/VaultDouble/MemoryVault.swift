package import Broker
import Host
import Synchronization
package import Trust

/// A vault without a worker: what it is told, it keeps in memory.
package final class MemoryVault: SecretsVault {
    private struct State {
        var secrets: [SecretKey: Secret] = [:]
        var epoch: UInt64 = 1
        var failure: SecretsError?
        var findings: [SecretsFinding] = []
        var calls: [String] = []
        var hanging: (call: String, time: Int)?
    }

    private let state = Mutex(State())

    package init(_ secrets: [String: String] = [:]) {
        for (key, value) in secrets { self[key] = Secret(value) }
    }

    /// What lies in it.
    package subscript(key: String) -> Secret? {
        get { state.withLock { $0.secrets[SecretKey(key)!] } }
        set { state.withLock { $0.secrets[SecretKey(key)!] = newValue } }
    }

    /// From now on everything fails so.
    package func fail(_ error: SecretsError?) { state.withLock { $0.failure = error } }
    package func find(_ findings: [SecretsFinding]) { state.withLock { $0.findings = findings } }
    /// When it is asked for this the nth time and later, there is no answer until `answer` is called.
    package func hang(on call: String, time: Int) { state.withLock { $0.hanging = (call, time) } }
    package func answer() { state.withLock { $0.hanging = nil } }
    /// What it was asked for, in order.
    package var calls: [String] { state.withLock { $0.calls } }

    private func take<Value>(
        _ call: String,
        _ body: (inout State) throws(SecretsError) -> Value
    ) throws(SecretsError) -> Value {
        let result = state.withLock { state -> Result<Value, SecretsError> in
            state.calls.append(call)
            if let failure = state.failure { return .failure(failure) }
            do throws(SecretsError) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    package func get(_ key: SecretKey) async throws(SecretsError) -> Secret {
        let value = try take("get \(key)") { (state: inout State) throws(SecretsError) in
            guard let value = state.secrets[key] else { throw SecretsError(.notFound, "there is no secret \(key)") }
            return value
        }
        await wait(on: "get \(key)")
        return value
    }

    package func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] {
        var results: [Result<Secret, SecretsError>] = []
        for key in keys {
            do throws(SecretsError) { results.append(.success(try await get(key))) } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    package func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError) {
        try take("put \(key)") { state in
            state.secrets[key] = value
            state.epoch += 1
        }
    }

    package func delete(_ key: SecretKey) async throws(SecretsError) {
        try take("delete \(key)") { (state: inout State) throws(SecretsError) in
            guard state.secrets.removeValue(forKey: key) != nil else {
                throw SecretsError(.notFound, "there is no secret \(key)")
            }
            state.epoch += 1
        }
    }

    package func list(prefix: String) async throws(SecretsError) -> [SecretKey] {
        try take("list \(prefix)") { $0.secrets.keys.filter { $0.description.hasPrefix(prefix) }.sorted() }
    }

    package func verify() async throws(SecretsError) -> [SecretsFinding] {
        let findings = try take("verify") { $0.findings }
        await wait(on: "verify")
        return findings
    }

    private func wait(on call: String) async {
        while state.withLock({ state in
            guard let hanging = state.hanging, hanging.call == call else { return false }
            return state.calls.filter { $0 == call }.count >= hanging.time
        }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    package func restart() async { state.withLock { $0.calls.append("restart") } }
    package func reseal() async throws(SecretsError) -> Int {
        let count = try take("reseal") { _ in 0 }
        await wait(on: "reseal")
        return count
    }

    package func status() async -> SecretsStatus {
        state.withLock { state in
            guard let failure = state.failure else {
                return SecretsStatus(state: .open, backend: "memory", epoch: state.epoch)
            }
            return SecretsStatus(
                state: .unavailable,
                backend: "memory",
                explanation: failure.description,
                epoch: state.epoch
            )
        }
    }
}
