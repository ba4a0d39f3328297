import Foundation
import GRDB
import Glibc

/// What the server must remember, in one SQLite file. Every change is one transaction together with the audit records that tell of it.
package final class Store: Sendable {
    let database: any DatabaseWriter

    /// Opens or makes the database; its file is readable by its owner alone.
    package init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError.unusable("\(path): \(String(cString: strerror(errno)))") }
        fchmod(descriptor, 0o600)
        Glibc.close(descriptor)
        do {
            database = try DatabasePool(path: path, configuration: Self.configuration)
            // An older server would not know what the newer one's tables mean.
            guard try !database.read(Migrations.all.hasBeenSuperseded) else {
                throw StoreError.unusable("\(path) was written by a newer vigosrv; run that one")
            }
            try Migrations.all.migrate(database)
        } catch { throw StoreError(error, path: path) }
    }

    private init(memory: DatabaseQueue) throws {
        database = memory
        try Migrations.all.migrate(memory)
    }

    /// For tests.
    package static func inMemory() throws -> Store { try Store(memory: DatabaseQueue(configuration: configuration)) }

    package func close() throws { try database.close() }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            // An audit record that was confirmed survives a power cut: WAL's default would risk the last ones.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    /// A task of its own: what has happened is recorded also by a caller who is being cancelled.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do { return try await Task { try await database.write(body) }.value } catch { throw StoreError(error) }
    }

    /// One transaction: the change, then what the audit log says of it.
    func change<Result: Sendable>(
        _ audit: [AuditEvent],
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await write { database in
            let result = try body(database)
            try AuditLog.append(audit, to: database)
            return result
        }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do { return try await database.read(body) } catch { throw StoreError(error) }
    }
}
