import Foundation
import NIOCore
import Store
import Testing
import Trust
import Wire

@testable import Host

@Suite struct RefusalRecordsTests {
    private let store: Store
    private let now = NIODeadline.now()
    private let denied = AuditEvent(.accessDenied, actor: "eve", subject: "GET /")

    init() throws { store = try Store.inMemory() }

    private func records(_ perSource: Int, _ overall: Int) -> RefusalRecords {
        let limits = RefusalRecords.Limits(perSource: perSource, overall: overall, window: .minutes(10))
        return RefusalRecords(store: store, limits: limits, subject: "refused strangers")
    }

    private func actions() async throws -> [String] { try await store.auditRecords(after: 0).map(\.action) }

    @Test func `one source fills its own share, and others keep theirs`() async throws {
        let records = records(2, 10)
        for _ in 0..<5 { try await records.record(denied, from: "a", at: now) }
        try await records.record(denied, from: "b", at: now)
        #expect(try await actions().count == 3)
    }

    @Test func `many sources fill the log no further than all may`() async throws {
        let records = records(2, 10)
        for source in 0..<2000 { try await records.record(denied, from: "\(source)", at: now) }
        #expect(try await actions().count == 10)
    }

    @Test func `the next window begins with one record of what was left out, by kind`() async throws {
        let records = records(1, 10)
        for source in ["a", "a", "a", "b", "b"] { try await records.record(denied, from: source, at: now) }
        try await records.count(.envoyRefused, from: "c", at: now)
        try await records.record(denied, from: "a", at: now + .minutes(10))
        #expect(try await actions() == ["access.denied", "access.denied", "audit.left_out", "access.denied"])
        let summary = try await store.auditRecords(after: 2)[0]
        #expect(summary.details["access.denied"] == "3" && summary.details["envoy.refused"] == "1")
        #expect(summary.details["sources"] == "3" && summary.details["since"] != nil)
        #expect(summary.subject == "refused strangers")
        // Told once.
        try await records.flush()
        #expect(try await actions().count == 4)
    }

    @Test func `where nothing was left out nothing is said`() async throws {
        let records = records(1, 10)
        try await records.record(denied, from: "a", at: now)
        try await records.record(denied, from: "a", at: now + .minutes(11))
        try await records.flush()
        #expect(try await actions() == ["access.denied", "access.denied"])
    }

    @Test func `a summary that could not be written is not forgotten`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "refusals-\(UUID().uuidString)").path
        let store = try Store(path: directory)
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: directory + end) } }
        let limits = RefusalRecords.Limits(perSource: 0, overall: 0)
        let records = RefusalRecords(store: store, limits: limits, subject: "refused users")
        try await records.record(denied, from: "a", at: now)
        try store.close()
        await #expect(throws: (any Error).self) { try await records.flush() }
        // Still there to be told: it is tried again.
        await #expect(throws: (any Error).self) { try await records.flush() }
    }

    @Test func `guessed tokens are audited, a few of each address`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for _ in 0..<20 {
                let guess = "Bearer \(RandomToken.make(.api).text)"
                _ = try await client.send(.get, "/api/v1/whoami", authorization: guess)
            }
            // The limiter of this world blocks after five.
            let denied = try await world.store.auditRecords(after: 0).filter { $0.action == "access.denied" }
            #expect(denied.count == 5)
            #expect(denied[0].details["reason"] == "unknown_token" && denied[0].subject == "GET /api/v1/whoami")
            try await world.refusals.flush()
            let summary = try #require(try await world.store.auditRecords(after: 0).last)
            #expect(summary.action == "audit.left_out" && summary.details["access.denied"] == "15")
        }
    }

    @Test func `who comes without a token is sent away without a record`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let status = try await client.send(.get, "/api/v1/whoami", as: nil).status
            #expect(status == 401)
            #expect(try await world.store.auditHead().sequence == 0)
        }
    }

    @Test func `a viewer who knocks a thousand times is in the log thirty times and once`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for _ in 0..<1000 { _ = try await client.send(.post, "/api/v1/scrier/challenge", as: .viewer, "{}") }
            try await world.refusals.flush()
            let records = try await world.store.auditRecords(after: 0)
            #expect(records.map(\.action) == Array(repeating: "access.denied", count: 30) + ["audit.left_out"])
            #expect(records.last?.details["access.denied"] == "970")
        }
    }
}
