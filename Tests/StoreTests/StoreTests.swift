import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct AuditTests {
    @Test func `a changed record is the first that verification names`() async throws {
        let store = try Store.inMemory()
        for number in 1...5 { try await store.append([AuditEvent(.serverStarted, actor: "t", subject: "s\(number)")]) }
        #expect(try await store.verifyAudit() == .whole(records: 5, head: store.auditHead().hash))

        try await store.database.write { database in
            #expect(throws: DatabaseError.self) { try database.execute(sql: "UPDATE audit SET actor = 'x' WHERE sequence = 3") }
            try database.execute(sql: "DROP TRIGGER audit_is_not_changed")
            try database.execute(sql: "UPDATE audit SET actor = 'x' WHERE sequence = 3")
        }
        #expect(try await store.verifyAudit() == .broken(sequence: 3, problem: "record 3 is not as it was written"))
    }
}
