import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct AuditTests {
    private func store(records: Int) async throws -> Store {
        let store = try Store.inMemory()
        for number in 1...records {
            try await store.append([
                AuditEvent(.accessDenied, actor: "dan", subject: "s\(number)", details: ["why": "\"é\n\(number)"])
            ])
        }
        return store
    }

    @Test func `an untouched log verifies, and its head is its last record`() async throws {
        let store = try await store(records: 5)
        let last = try #require(try await store.auditRecords(after: 4).first)
        #expect(try await store.verifyAudit() == .whole(records: 5, head: last.hash))
        #expect(try await store.auditHead() == (5, last.hash))
    }

    @Test func `an empty log verifies`() async throws {
        #expect(try await Store.inMemory().verifyAudit() == .whole(records: 0, head: AuditRecord.origin))
    }

    @Test(arguments: ["actor", "action", "subject", "time", "details"])
    func `a record changed behind the store's back is named`(column: String) async throws {
        let store = try await store(records: 5)
        try await store.database.write { database in
            try database.execute(sql: "DROP TRIGGER audit_is_not_changed")
            try database.execute(sql: "UPDATE audit SET \(column) = '{\"x\":\"y\"}' WHERE sequence = 3")
        }
        #expect(try await store.verifyAudit() == .broken(sequence: 3, problem: "record 3 is not as it was written"))
    }

    @Test func `a record whose hash was made anew breaks the one that follows`() async throws {
        let store = try await store(records: 5)
        let third = try #require(try await store.auditRecords(after: 2).first)
        let forged = AuditRecord(
            sequence: 3,
            time: Date(timeIntervalSince1970: 0),
            event: AuditEvent(.accessDenied, actor: "mallory", subject: "x"),
            previousHash: third.previousHash
        )
        try await store.database.write { database in
            try database.execute(sql: "DROP TRIGGER audit_is_not_changed")
            try database.execute(
                sql: "UPDATE audit SET time = ?, actor = ?, subject = ?, details = '{}', hash = ? WHERE sequence = 3",
                arguments: [forged.time, forged.actor, forged.subject, forged.hash]
            )
        }
        #expect(
            try await store.verifyAudit()
                == .broken(sequence: 4, problem: "record 4 does not follow from the one before it")
        )
    }

    @Test func `a deleted record is missed`() async throws {
        let store = try await store(records: 5)
        try await store.database.write { database in
            try database.execute(sql: "DROP TRIGGER audit_is_not_deleted")
            try database.execute(sql: "DELETE FROM audit WHERE sequence = 2")
        }
        #expect(
            try await store.verifyAudit()
                == .broken(sequence: 2, problem: "record 2 is missing: record 3 stands in its place")
        )
    }

    @Test(arguments: ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
    func `the log is append-only`(statement: String) async throws {
        let store = try await store(records: 1)
        await #expect(throws: DatabaseError.self) { try await store.database.write { try $0.execute(sql: statement) } }
    }

    @Test func `a change that fails leaves no audit record`() async throws {
        let store = try Store.inMemory()
        await #expect(throws: StoreError.notFound("no such user")) {
            try await store.deleteUser(UUID(), audit: [AuditEvent(.userDeleted, actor: "root", subject: "nobody")])
        }
        #expect(try await store.auditHead().sequence == 0)
    }

    @Test func `details that are spelled differently are changed details`() async throws {
        let store = try await store(records: 2)
        let record = try #require(try await store.auditRecords(after: 1).first)
        let canonical = CanonicalJSON.object(record.details.mapValues { .string($0) }).text
        // A reader that takes the first of two members would be told another story than the hash.
        for text in ["{\"why\":\"nothing\"," + canonical.dropFirst(), " " + canonical] {
            try await store.database.write { database in
                try database.execute(sql: "DROP TRIGGER IF EXISTS audit_is_not_changed")
                try database.execute(sql: "UPDATE audit SET details = ? WHERE sequence = 2", arguments: [text])
            }
            #expect(
                try await store.verifyAudit() == .broken(sequence: 2, problem: "record 2 is not as it was written")
            )
        }
    }

    @Test(arguments: ["time", "actor", "action", "subject", "details", "previousHash", "hash"])
    func `no byte of a record can be flipped without its number being named`(column: String) async throws {
        let store = try await store(records: 3)
        try await store.database.write { try $0.execute(sql: "DROP TRIGGER audit_is_not_changed") }
        let select = "SELECT CAST(\(column) AS BLOB) FROM audit WHERE sequence = 2"
        let original = try #require(try await store.database.read { try Data.fetchOne($0, sql: select) })
        func write(_ bytes: Data) async throws {
            try await store.database.write { database in
                try database.execute(
                    sql: "UPDATE audit SET \(column) = CAST(? AS TEXT) WHERE sequence = 2",
                    arguments: [bytes]
                )
            }
        }
        for index in original.indices {
            var changed = original
            changed[index] ^= 1
            try await write(changed)
            guard case .broken(sequence: 2, _) = try await store.verifyAudit() else {
                Issue.record("byte \(index) of \(column) was changed unseen")
                return
            }
        }
        try await write(original)
        guard case .whole = try await store.verifyAudit() else { return #expect(Bool(false), "not put back") }
    }

    @Test func `a log of thousands verifies in batches`() async throws {
        let store = try Store.inMemory()
        try await store.append((1...2500).map { AuditEvent(.accessDenied, actor: "a", subject: "\($0)") })
        guard case .whole(2500, _) = try await store.verifyAudit() else { return #expect(Bool(false), "not whole") }
    }
}
