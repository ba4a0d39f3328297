import BackendSuite
import Built
import Foundation
import Glibc
import Lab
import Trust
import WorkerProtocol

@testable import Broker

extension SecretsWorker {
    var pid: Int32 {
        get async throws { try await connection().worker.pid }
    }

    /// How often this stands in the worker's memory.
    func count(inMemory marker: [UInt8]) async throws -> Int { try ProcessMemory.count(of: marker, in: try await pid) }

    /// One request as the rules of a backend make it, sensible or not.
    func answer(to method: String, body: [UInt8]) async throws -> BackendAnswer {
        let connection = try await connection()
        let fields = Secret(body)
        return try await withCheckedThrowingContinuation { continuation in
            let question = ExchangeQuestion(method: method, fields: [.raw(fields)], timeout: .seconds(20)) { outcome in
                switch outcome {
                case .failed(let error): continuation.resume(throwing: error)
                case .reply(let status, let body):
                    continuation.resume(with: Result { try BackendAnswer(status: status, body: Array(body)) })
                }
            }
            connection.ask([question])
        }
    }

    /// Without notice; returns when the next one is there.
    func crash() async throws {
        let before = try await pid
        Glibc.kill(before, SIGKILL)
        for _ in 0..<500 {
            if let now = try? await pid, now != before { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BackendFailure("the vault's worker does not come back: \(await status().explanation ?? "")")
    }
}

/// Where `make plugins` puts them.
enum BuiltPlugins {
    static func directory(with name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let directory =
            ProcessInfo.processInfo.environment["VIGO_PLUGINS"] ?? root.appending(path: ".build/plugins").path
        guard access("\(directory)/\(name).so", R_OK) == 0 else {
            throw BackendFailure("there is no \(directory)/\(name).so: run `make plugins` first")
        }
        return Built.reachable(directory)
    }
}
