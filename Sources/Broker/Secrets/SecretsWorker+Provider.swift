import NIOCore
import Synchronization
package import Trust
import WorkerProtocol

extension SecretsWorker: SecretsProvider {
    /// So many requests are handed to the loop together; more wait their turn.
    private static let batch = 128
    private static let mostPages = 100_000

    package func get(_ key: SecretKey) async throws(SecretsError) -> Secret {
        try await ask(.get(key)) { try $0.secret() }
    }

    package func get(_ keys: [SecretKey]) async -> [Result<Secret, SecretsError>] {
        var results: [Result<Secret, SecretsError>] = []
        while results.count < keys.count {
            let part = keys[results.count..<min(keys.count, results.count + Self.batch)]
            do throws(SecretsError) {
                let connection = try await connection()
                results += await ask(connection, part.map { .get($0) }, options.requestTimeout) { try $0.secret() }
            } catch {
                results += part.map { _ in .failure(error) }
            }
        }
        return results
    }

    package func put(_ key: SecretKey, _ value: Secret) async throws(SecretsError) {
        guard value.count <= SecretsLimits.largestValue else {
            throw SecretsError(.tooLarge, "a secret has at most 1 MiB, this one has \(value.count) bytes")
        }
        try await ask(.put(key, value)) { _ in }
    }

    package func delete(_ key: SecretKey) async throws(SecretsError) {
        try await ask(.delete(key)) { _ in }
    }

    package func list(prefix: String) async throws(SecretsError) -> [SecretKey] {
        guard prefix.utf8.count <= SecretKey.longest else { return [] }
        var keys: [SecretKey] = []
        for _ in 0..<Self.mostPages {
            let after = keys.last?.description ?? ""
            let page = try await ask(.list(prefix: prefix, after: after), as: SecretsPage.init(reply:))
            if let last = keys.last, let first = page.keys.first, !(last < first) { break }
            keys += page.keys
            if !page.hasMore { return keys }
        }
        throw SecretsError(.corrupt, "the \(backend) backend's list of secrets does not end")
    }

    package func verify() async throws(SecretsError) -> [SecretsFinding] {
        var findings: [SecretsFinding] = []
        var cursor = ""
        for _ in 0..<Self.mostPages {
            let page = try await ask(.verify(after: cursor), as: FindingsPage.init(reply:))
            findings += page.findings
            guard let next = page.cursor else { return findings }
            cursor = next
        }
        throw SecretsError(.corrupt, "the \(backend) backend's check of its secrets does not end")
    }

    package func reseal() async throws(SecretsError) -> Int {
        try await ask(.reseal, options.longTimeout) { fields in
            guard let count = Int(try fields.text("a count")) else { throw WorkerProtocolError.malformed("a count") }
            return count
        }
    }

    package func status() async -> SecretsStatus {
        do throws(SecretsError) {
            var status = try await ask(.status, as: SecretsStatus.init(reply:))
            status.backend = backend
            return status
        } catch {
            let state: SecretsStatus.State = error.code == .sealed ? .sealed : .unavailable
            return SecretsStatus(
                state: state,
                backend: backend,
                explanation: error.description,
                epoch: lastEpoch ?? 0
            )
        }
    }

    // MARK: One question, one answer

    typealias Parse<Value> = @Sendable (inout ExchangeFields) throws -> Value

    private func ask<Value: Sendable>(
        _ method: SecretsMethod,
        _ timeout: TimeAmount? = nil,
        as parse: @escaping Parse<Value>
    ) async throws(SecretsError) -> Value {
        let connection = try await connection()
        return try await ask(connection, [method], timeout ?? options.requestTimeout, parse)[0].get()
    }

    nonisolated func ask<Value: Sendable>(
        _ connection: ExchangeConnection,
        _ method: SecretsMethod,
        as parse: @escaping Parse<Value>
    ) async -> Result<Value, SecretsError> {
        await ask(connection, [method], options.requestTimeout, parse)[0]
    }

    private nonisolated func ask<Value: Sendable>(
        _ connection: ExchangeConnection,
        _ methods: [SecretsMethod],
        _ timeout: TimeAmount,
        _ parse: @escaping Parse<Value>
    ) async -> [Result<Value, SecretsError>] {
        let label = connection.worker.plugin.label
        return await withCheckedContinuation { continuation in
            let answers = Answers<Value>(methods.count) { continuation.resume(returning: $0) }
            connection.ask(
                methods.enumerated().map { index, method in
                    ExchangeQuestion(method: method.name, fields: method.fields, timeout: timeout) { outcome in
                        answers.set(index, Self.value(of: outcome, label, parse))
                    }
                }
            )
        }
    }

    private static func value<Value>(
        of outcome: ExchangeQuestion.Outcome,
        _ label: String,
        _ parse: Parse<Value>
    ) -> Result<Value, SecretsError> {
        switch outcome {
        case .failed(let error): return .failure(error)
        case .reply(let status, let body) where status < 0:
            return .failure(SecretsError(status: status, body: body, label: label))
        case .reply(_, let body):
            do {
                var fields = ExchangeFields(body)
                return .success(try parse(&fields))
            } catch {
                return .failure(SecretsError(.corrupt, "the \(label) plugin's answer makes no sense: \(error)"))
            }
        }
    }
}

/// What a backend of any kind takes.
package enum SecretsLimits {
    package static let largestValue = 1 << 20
}

/// Answers to several questions, each of which comes by itself, all on one loop.
private final class Answers<Value: Sendable>: Sendable {
    private let state: Mutex<(values: [Result<Value, SecretsError>?], missing: Int)>
    private let whenComplete: @Sendable ([Result<Value, SecretsError>]) -> Void

    init(_ count: Int, whenComplete: @escaping @Sendable ([Result<Value, SecretsError>]) -> Void) {
        state = Mutex((Array(repeating: nil, count: count), count))
        self.whenComplete = whenComplete
    }

    func set(_ index: Int, _ value: Result<Value, SecretsError>) {
        let all = state.withLock { state -> [Result<Value, SecretsError>]? in
            guard state.values[index] == nil else { return nil }
            state.values[index] = value
            state.missing -= 1
            return state.missing == 0 ? state.values.compactMap { $0 } : nil
        }
        if let all { whenComplete(all) }
    }
}
