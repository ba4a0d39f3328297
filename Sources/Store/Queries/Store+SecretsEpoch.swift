package import Foundation
import GRDB

extension Store {
    /// Zero before the first growth.
    package func secretsEpoch() async throws -> UInt64 {
        try await read { database in
            let stored = try Int64.fetchOne(database, sql: "SELECT epoch FROM secretsEpoch")
            return UInt64(clamping: stored ?? 0)
        }
    }

    /// Makes the epoch at least `floor`, and larger than it was in any case.
    package func growSecretsEpoch(toAtLeast floor: UInt64, at now: Date) async throws -> UInt64 {
        try await write { database in
            let stored = try Int64.fetchOne(database, sql: "SELECT epoch FROM secretsEpoch") ?? 0
            let next = max(stored + 1, Int64(clamping: floor))
            try database.execute(
                sql: """
                    INSERT INTO secretsEpoch (id, epoch, changedAt) VALUES (1, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, changedAt = excluded.changedAt
                    """,
                arguments: [next, now]
            )
            return UInt64(next)
        }
    }
}
