package import Foundation
import GRDB
import Glibc

/// What stood on the screens of recorded sessions, to be searched. A file of its own beside the store: it grows with what is shown, may
/// be lost without losing a recording, and writing to it holds up no audit record.
package final class ScreenIndex: Sendable {
    private let database: any DatabaseWriter

    /// A word that stands everywhere: of its lines, the newest are looked at.
    private static let mostHits = 200_000

    package init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError.unusable("\(path): \(String(cString: strerror(errno)))") }
        fchmod(descriptor, 0o600)
        Glibc.close(descriptor)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 2
            database = try DatabasePool(path: path, configuration: configuration)
            try Self.migrations.migrate(database)
        } catch { throw StoreError(error, path: path) }
    }

    private init(memory: DatabaseQueue) throws {
        database = memory
        try Self.migrations.migrate(memory)
    }

    /// For tests.
    package static func inMemory() throws -> ScreenIndex { try ScreenIndex(memory: DatabaseQueue()) }

    package func close() throws { try database.close() }

    package func append(_ lines: [ScreenLine], of session: UUID) async throws {
        guard !lines.isEmpty else { return }
        try await write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO sessions (id) VALUES (?)", arguments: [session.text])
            let number = try Int.fetchOne(
                database,
                sql: "SELECT number FROM sessions WHERE id = ?",
                arguments: [session.text]
            )
            let line = try database.cachedStatement(
                sql: "INSERT INTO lines (session, milliseconds, text) VALUES (?, ?, ?)"
            )
            let words = try database.cachedStatement(sql: "INSERT INTO words (rowid, text) VALUES (?, ?)")
            for next in lines {
                try line.execute(arguments: [number, next.milliseconds, next.text])
                try words.execute(arguments: [database.lastInsertedRowID, next.text])
            }
        }
    }

    /// Sessions in which a line matches; those that were indexed last come first.
    package func sessions(matching query: ScreenQuery, limit: Int = 10_000) async throws -> [UUID] {
        try await read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM sessions WHERE number IN (
                        SELECT session FROM lines WHERE id IN (
                            SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?
                        )
                    ) ORDER BY number DESC LIMIT ?
                    """,
                arguments: [query.expression, Self.mostHits, limit]
            ).compactMap { UUID(uuidString: $0) }
        }
    }

    /// A session's lines in the order in which they appeared; only those that match, where asked.
    package func lines(
        of session: UUID,
        matching query: ScreenQuery? = nil,
        limit: Int,
        offset: Int = 0
    ) async throws -> [ScreenLine] {
        let match = query == nil ? "" : "AND lines.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        let arguments: StatementArguments =
            if let query { [session.text, query.expression, limit, offset] } else { [session.text, limit, offset] }
        return try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT milliseconds, text FROM lines WHERE session = (SELECT number FROM sessions WHERE id = ?) \(match)
                    ORDER BY lines.id LIMIT ? OFFSET ?
                    """,
                arguments: arguments
            ).map { ScreenLine(milliseconds: $0["milliseconds"], text: $0["text"]) }
        }
    }

    package func remove(_ session: UUID) async throws {
        try await write { database in
            let lines = "FROM lines WHERE session = (SELECT number FROM sessions WHERE id = ?)"
            // The index holds no text of its own: it has to be told what to forget.
            try database.execute(
                sql: "INSERT INTO words (words, rowid, text) SELECT 'delete', id, text \(lines)",
                arguments: [session.text]
            )
            try database.execute(sql: "DELETE \(lines)", arguments: [session.text])
            try database.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [session.text])
        }
    }

    private static var migrations: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 lines") { database in
            try database.execute(
                sql: """
                    CREATE TABLE sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT;
                    CREATE TABLE lines (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
                        text TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX lines_by_session ON lines (session);
                    CREATE VIRTUAL TABLE words USING fts5(
                        text, content = 'lines', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
                    );
                    """
            )
        }
        return migrator
    }

    private func write(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        do { return try await Task { try await database.write(body) }.value } catch { throw StoreError(error) }
    }

    private func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result
    {
        do { return try await database.read(body) } catch { throw StoreError(error) }
    }
}
