import Foundation
import Glibc
package import Host
import Logging
package import Store
import Synchronization

/// A vault in memory behind a socket, with the server's own routes.
package final class VaultServer: Sendable {
    package let socket: String
    package let store: Store
    let database: String
    private let service: VaultService
    private let seen: SeenChanges

    /// The changes that envoys were to hear of.
    package var changes: [SecretChange] { seen.all }

    package static func with<Result>(
        _ vault: MemoryVault,
        directory: String = "/nonexistent/secrets",
        socket: String? = nil,
        _ body: (VaultServer) async throws -> Result
    ) async throws -> Result {
        // Short: a socket's path has at most 107 bytes.
        let socket = socket ?? "/tmp/vault-\(UUID().uuidString.prefix(8)).sock"
        // A file, so that a test can do to it what no store lets it do.
        let database = "/tmp/vault-\(UUID().uuidString.prefix(8)).db"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(database + suffix) } }
        let (store, seen) = (try Store(path: database), SeenChanges())
        defer { try? store.close() }
        let service = try await VaultService.start(
            vault,
            directory: directory,
            store: store,
            socket: socket,
            ownUID: getuid(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            changed: { seen.note($0) }
        )
        defer { unlink(socket) }
        let server = VaultServer(socket, database, store, service, seen)
        do {
            let result = try await body(server)
            await service.stop()
            return result
        } catch {
            await service.stop()
            throw error
        }
    }

    private init(_ socket: String, _ database: String, _ store: Store, _ service: VaultService, _ seen: SeenChanges) {
        self.socket = socket
        self.database = database
        self.store = store
        self.service = service
        self.seen = seen
    }

    /// Action and subject of each record, in order.
    package func audited() async throws -> [String] {
        try await store.auditRecords(after: 0).map { "\($0.action) \($0.subject)" }
    }
}

private final class SeenChanges: Sendable {
    private let changes = Mutex<[SecretChange]>([])

    func note(_ change: SecretChange) { changes.withLock { $0.append(change) } }
    var all: [SecretChange] { changes.withLock { $0 } }
}
