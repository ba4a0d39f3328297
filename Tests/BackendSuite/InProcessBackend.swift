import Glibc
public import PluginAPI
import Synchronization

/// A plugin with role `secrets` in this process, on a thread of its own, with a host made of nothing but C tables: under a
/// debugger or a sanitizer, if you like. What a worker confines is not confined here.
public final class InProcessBackend: SecretsBackend, @unchecked Sendable {
    private let host: TableHost

    /// - Parameters:
    ///   - plugin: what `scrier_plugin_v1` returns.
    ///   - endpoints: where `scrier.dial/1` leads: loopback ports by name.
    public init(
        _ plugin: UnsafePointer<scrier_plugin>,
        parameters: [String: String] = [:],
        secrets: [String: [UInt8]] = [:],
        endpoints: [String: UInt16] = [:]
    ) {
        host = TableHost(plugin, parameters, secrets, endpoints)
        host.start()
    }

    deinit { _ = close() }

    public func ask(_ method: String, body: [UInt8]) async throws -> BackendAnswer {
        let (status, body) = try await withCheckedThrowingContinuation { host.ask(method, body, $0) }
        return try BackendAnswer(status: status, body: body)
    }

    /// Epochs that the plugin told by itself.
    public var epochs: [UInt64] { host.epochs }

    /// What it explained when it ended.
    public var explanation: String? { host.explanation }

    /// Sends CLOSE and waits for `run` to return; its status.
    @discardableResult
    public func close() -> Int32 { host.close() }
}
