import Foundation
import Store
import Testing

@Suite struct SearchTests {
    @Test func `audit records are found by text and kind, newest first, page by page`() async throws {
        let store = try Store.inMemory()
        let events = (1...5).map {
            AuditEvent(.tokenCreated, actor: "dan", subject: "t\($0)", details: ["pattern": "web-*"])
        }
        try await store.append(events + [AuditEvent(.userCreated, actor: "eva", subject: "100%_sure")])
        let all = try await store.auditRecords(matching: AuditFilter(), before: nil, limit: 4)
        #expect(all.map(\.sequence) == [6, 5, 4, 3])
        #expect(try await store.auditRecords(matching: AuditFilter(), before: 3, limit: 4).map(\.sequence) == [2, 1])
        #expect(try await store.auditRecords(matching: AuditFilter(kind: "user"), before: nil, limit: 9).count == 1)
        #expect(try await store.auditRecords(matching: AuditFilter(kind: "use"), before: nil, limit: 9).isEmpty)
        #expect(try await store.auditRecords(matching: AuditFilter(text: "WEB-"), before: nil, limit: 9).count == 5)
        #expect(try await store.auditRecords(matching: AuditFilter(text: "0%_s"), before: nil, limit: 9).count == 1)
        #expect(try await store.auditRecords(matching: AuditFilter(text: "0%s"), before: nil, limit: 9).isEmpty)
        #expect(try await store.auditRecords(matching: AuditFilter(text: "'; --"), before: nil, limit: 9).isEmpty)
    }

    @Test func `sessions are found by who, where, and whether they are over`() async throws {
        let store = try Store.inMemory()
        let envoy = UUID()
        for (index, user) in ["dan", "eva", "dan"].enumerated() {
            let row = ScrierSessionRecord(
                id: UUID(),
                envoy: index == 2 ? UUID() : envoy,
                hostname: index == 2 ? "db-01" : "web-01",
                protocolName: "ssh",
                port: 22,
                user: user,
                state: index == 0 ? .closed : .ready,
                createdAt: Date(timeIntervalSince1970: Double(index)),
                bytesIn: 0,
                bytesOut: 0
            )
            try await store.openSession(row, audit: [])
        }
        #expect(
            try await store.searchSessions(SessionSearch(), limit: 9).map(\.hostname) == ["db-01", "web-01", "web-01"]
        )
        #expect(try await store.searchSessions(SessionSearch(text: "dan"), limit: 9).count == 2)
        #expect(try await store.searchSessions(SessionSearch(text: "dan", isOver: true), limit: 9).count == 1)
        #expect(
            try await store.searchSessions(SessionSearch(envoy: envoy, isOver: false), limit: 9).map(\.user) == ["eva"]
        )
        #expect(try await store.searchSessions(SessionSearch(), limit: 1).count == 1)
    }
}
