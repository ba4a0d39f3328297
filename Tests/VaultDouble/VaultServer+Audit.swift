import GRDB

@testable import Store

extension VaultServer {
    /// From now on the audit log takes no record, as on a disk that is full.
    package func refuseRecords() async throws {
        try await store.write { database in
            try database.execute(
                sql: "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        }
    }
}
