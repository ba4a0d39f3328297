import GRDB

extension VaultServer {
    /// From now on the audit log takes no record, as on a disk that is full.
    package func refuseRecords() throws {
        try DatabaseQueue(path: database).write { database in
            try database.execute(
                sql: "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        }
    }
}
