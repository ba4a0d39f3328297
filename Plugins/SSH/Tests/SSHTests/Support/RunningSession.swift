import Foundation
import PluginAPI
import PluginKit

@testable import SSH

/// The plugin's `run` on a thread of its own, as a worker calls it.
final class RunningSession {
    /// What the thread says when `run` has returned.
    private final class Outcome: @unchecked Sendable {
        let arrived = DispatchSemaphore(value: 0)
        var status: Int32?
    }

    let host: FakeHost
    /// Kept by the test, never by the thread: the process must not exit before sshd was ended.
    private let server: TestServer?
    private let outcome = Outcome()

    /// - Parameter limits: other times than the plugin's own.
    init(
        _ server: TestServer,
        hostKeys: String? = nil,
        key: String = "user",
        command: String? = nil,
        term: String = "xterm-256color",
        size: (columns: UInt32, rows: UInt32) = (80, 24),
        limits: Session.Limits? = nil,
        keepsOutput: Bool = true
    ) throws {
        var parameters = ["username": NSUserName(), "host-keys": hostKeys ?? server.hostKey, "term": term]
        parameters["command"] = command
        host = FakeHost(parameters: parameters, secrets: ["private-key": server.privateKey(key)])
        host.keepsOutput = keepsOutput
        self.server = server
        host.send(columns: size.columns, rows: size.rows)
        start(over: try server.connect(), limits)
    }

    /// Over a socket whose other end is the test's.
    init(over transport: CInt, limits: Session.Limits? = nil) {
        server = nil
        host = FakeHost(
            parameters: ["username": "dan", "host-keys": "ssh-ed25519 AAAA"],
            secrets: ["private-key": Array("no key".utf8)]
        )
        start(over: transport, limits)
    }

    private func start(over transport: CInt, _ limits: Session.Limits?) {
        Thread.detachNewThread { [host, outcome] in
            let table = UnsafePointer(host.table)
            if let limits {
                outcome.status = Self.run(table, transport, limits)
            } else {
                outcome.status = entry().pointee.run(table, transport)
            }
            outcome.arrived.signal()
        }
    }

    /// The status that `run` returned; nil when it did not return in time.
    func end(within seconds: Double = 15) -> Status? {
        guard outcome.arrived.wait(timeout: .now() + seconds) == .success else { return nil }
        outcome.arrived.signal()
        return outcome.status.map(Status.init)
    }

    var explanation: String { host.locked { $0.explanations.joined(separator: "|") } }

    private static func run(_ table: UnsafePointer<scrier_host>, _ transport: CInt, _ limits: Session.Limits) -> Int32 {
        do {
            switch try Session(host: Host(table), transport: transport, limits: limits).run() {
            case .closed: return Status.closed.rawValue
            case .cancelled: return Status.cancelled.rawValue
            }
        } catch let failure as SessionFailure {
            Host(table).explain(failure.sentence)
            return failure.status.rawValue
        } catch {
            return Status.internalError.rawValue
        }
    }
}
