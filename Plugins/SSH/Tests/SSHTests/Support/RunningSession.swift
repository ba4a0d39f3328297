import Foundation
import PluginAPI
import PluginKit

@testable import SSH

/// The plugin's `run` on a thread of its own, as a worker calls it.
final class RunningSession: @unchecked Sendable {
    let host: FakeHost
    /// Kept for as long as the session.
    private let server: TestServer?
    private let done = DispatchSemaphore(value: 0)
    private var result: Int32?

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
        Thread.detachNewThread {
            let table = UnsafePointer(self.host.table)
            if let limits {
                self.result = Self.run(table, transport, limits)
            } else {
                self.result = entry().pointee.run(table, transport)
            }
            self.done.signal()
        }
    }

    /// The status that `run` returned; nil when it did not return in time.
    func end(within seconds: Double = 15) -> Status? {
        guard done.wait(timeout: .now() + seconds) == .success else { return nil }
        done.signal()
        return result.map(Status.init)
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
