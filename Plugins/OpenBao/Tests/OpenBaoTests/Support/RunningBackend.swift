import Foundation
import PluginAPI
import PluginKit

@testable import OpenBao

/// The plugin's `run` on a thread of its own, as a worker calls it, and the server's questions to it.
final class RunningBackend {
    struct Refusal: Error, Equatable {
        var status: Status
        var sentence: String
    }

    /// What the thread says when `run` has returned.
    private final class Outcome: @unchecked Sendable {
        let arrived = DispatchSemaphore(value: 0)
        var status: Int32?
    }

    let host: FakeHost
    private let outcome = Outcome()

    /// Times that a test can wait for.
    static var impatient: Session.Limits {
        var limits = Session.Limits()
        limits.login.refusal = .milliseconds(300)
        limits.login.firstPause = .milliseconds(100)
        limits.login.longestPause = .milliseconds(500)
        limits.dialler.longestPause = .milliseconds(200)
        return limits
    }

    init(
        parameters: [String: String],
        credentials: String?,
        port: UInt16?,
        limits: Session.Limits = RunningBackend.impatient
    ) throws {
        try TLSContext.prepare()
        var parameters = parameters
        // The worker fills in what is not given.
        for (name, fallback) in ["mount": "secret", "prefix": "vigo", "timeout": "8", "poll-interval": "0"] {
            parameters[name] = parameters[name] ?? fallback
        }
        let secrets = credentials.map { ["credentials": Array($0.utf8)] } ?? [:]
        host = FakeHost(parameters: parameters, secrets: secrets, port: port)
        Thread.detachNewThread { [host, outcome] in
            outcome.status = Self.run(UnsafePointer(host.table), limits)
            outcome.arrived.signal()
        }
    }

    deinit {
        host.sendClose()
        _ = end()
    }

    // MARK: The server's questions

    func ask(_ method: String, _ fields: [[UInt8]] = []) throws -> [[UInt8]] {
        try answer(to: begin(method, fields))
    }

    func begin(_ method: String, _ fields: [[UInt8]] = []) -> UInt32 {
        host.send(method, body: fields.flatMap { withUnsafeBytes(of: UInt32($0.count).littleEndian, Array.init) + $0 })
    }

    func answer(to request: UInt32) throws -> [[UInt8]] {
        guard let answer = host.answer(to: request) else {
            throw Refusal(status: .timedOut, sentence: "no answer in time; log: \(host.locked { $0.lines })")
        }
        guard answer.status >= 0 else {
            let sentence = answer.fields.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw Refusal(status: Status(rawValue: answer.status), sentence: sentence)
        }
        return answer.fields
    }

    func get(_ key: String) throws -> String { String(decoding: try bytes(key), as: UTF8.self) }
    func bytes(_ key: String) throws -> [UInt8] { try ask("get", [Array(key.utf8)])[0] }
    func put(_ key: String, _ value: String) throws { try put(key, Array(value.utf8)) }
    func put(_ key: String, _ value: [UInt8]) throws { _ = try ask("put", [Array(key.utf8), value]) }
    func delete(_ key: String) throws { _ = try ask("delete", [Array(key.utf8)]) }
    func epoch() throws -> UInt64 { UInt64(try text("epoch")[0]) ?? 0 }

    /// Page by page, to its end.
    func list(_ prefix: String = "") throws -> [String] {
        var keys: [String] = []
        while true {
            let page = try text("list", [Array(prefix.utf8), Array((keys.last ?? "").utf8)])
            keys += page.dropFirst()
            if page[0] == "end" { return keys }
        }
    }

    /// Name and problem.
    func verify() throws -> [String: String] {
        var found: [String: String] = [:]
        var cursor = ""
        while true {
            let page = try text("verify", [Array(cursor.utf8)])
            for index in stride(from: 2, to: page.count, by: 2) { found[page[index]] = page[index + 1] }
            if page[0] == "end" { return found }
            cursor = page[1]
        }
    }

    /// State, then sentence.
    func status() throws -> [String] {
        let fields = try text("status")
        return [fields[0], fields[2]]
    }

    private func text(_ method: String, _ fields: [[UInt8]] = []) throws -> [String] {
        try ask(method, fields).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Its end

    /// The status that `run` returned; nil when it did not return in time.
    func end(within seconds: Double = 15) -> Status? {
        guard outcome.arrived.wait(timeout: .now() + seconds) == .success else { return nil }
        outcome.arrived.signal()
        return outcome.status.map(Status.init)
    }

    func close() -> Status? {
        host.sendClose()
        return end()
    }

    var explanation: String { host.locked { $0.explanations.joined(separator: "|") } }
    var log: String { host.locked { $0.lines.joined(separator: "\n") } }

    private static func run(_ table: UnsafePointer<scrier_host>, _ limits: Session.Limits) -> Int32 {
        let host = Host(table)
        do {
            return try Session(host: host, limits: limits).run() == .closed
                ? Status.closed.rawValue : Status.cancelled.rawValue
        } catch let failure as SessionFailure {
            host.explain(failure.sentence)
            return failure.status.rawValue
        } catch {
            return Status.internalError.rawValue
        }
    }
}
