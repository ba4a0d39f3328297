import Broker
import Trust

/// The vault for somebody who waits for an answer: asked a second time where its worker died over the first, and never
/// waited for longer than a deadline.
struct PatientVault: Sendable {
    private let provider: any SecretsProvider
    private let patience: Duration
    private let pause: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    init(
        _ provider: any SecretsProvider,
        patience: Duration = .seconds(5),
        pause: Duration = .milliseconds(500),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.provider = provider
        self.patience = patience
        self.pause = pause
        self.sleep = sleep
    }

    func get(_ key: SecretKey) async throws(SecretsError) -> Secret {
        try await get([key])[0].get()
    }

    /// In the order asked for. Those that came at once are not asked for again.
    func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] {
        let answer = await Deadline.run(patience, sleep: sleep) { [provider, pause, sleep] in
            var results = await provider.get(keys)
            let missed = results.indices.filter { results[$0].isUnavailable }
            guard !missed.isEmpty, !Task.isCancelled, (try? await sleep(pause)) != nil else { return results }
            for (index, result) in zip(missed, await provider.get(missed.map { keys[$0] })) { results[index] = result }
            return results
        }
        return answer ?? keys.map { _ in .failure(SecretsError(.unavailable, "the vault did not answer in time")) }
    }
}

extension Result where Failure == SecretsError {
    fileprivate var isUnavailable: Bool {
        if case .failure(let error) = self { error.code == .unavailable } else { false }
    }
}
