import Foundation
import Testing

@testable import Store

@Suite struct SessionTests {
    private let store: Store

    init() throws { store = try Store.inMemory() }

    private func open(_ state: ScrierSessionRecord.State = .waiting) async throws -> UUID {
        let id = UUID()
        let session = ScrierSessionRecord(
            id: id,
            envoy: UUID(),
            hostname: "web-01",
            protocolName: "ssh",
            port: 22,
            user: "dan",
            state: state,
            createdAt: Date()
        )
        try await store.openSession(session, audit: [AuditEvent(.scrierConnect, actor: "dan", subject: id.text)])
        return id
    }

    @Test func `a session goes its way and no other`() {
        typealias State = ScrierSessionRecord.State
        let allowed: [(State, State)] = [
            (.waiting, .connecting), (.waiting, .closed), (.waiting, .failed), (.connecting, .ready),
            (.connecting, .closed),
            (.connecting, .failed), (.ready, .closed), (.ready, .failed),
        ]
        for from in State.allCases {
            for to in State.allCases {
                #expect(from.mayBecome(to) == allowed.contains { $0 == (from, to) }, "\(from) to \(to)")
            }
        }
    }

    @Test func `its row tells how it went`() async throws {
        let id = try await open()
        try await store.setSessionState(id, to: .connecting)
        try await store.setSessionState(id, to: .ready, login: "web")
        try await store.endSession(
            .init(
                id: id,
                state: .closed,
                reason: "the shell ended",
                endedAt: Date(),
                exitStatus: 7,
                bytesIn: 3,
                bytesOut: 9
            ),
            audit: []
        )
        let session = try #require(try await store.session(id))
        #expect(session.state == .closed)
        #expect(session.login == "web")
        #expect(session.readyAt != nil)
        #expect(session.exitStatus == 7)
        #expect(session.bytesOut == 9)
    }

    @Test func `it ends once`() async throws {
        let id = try await open()
        let ending = Store.SessionEnding(id: id, state: .failed, reason: "r", endedAt: Date())
        let event = AuditEvent(.scrierDisconnect, actor: "dan", subject: id.text)
        try await store.endSession(ending, audit: [event])
        await #expect(throws: StoreError.illegalTransition("a session that is failed cannot become failed")) {
            try await store.endSession(ending, audit: [event])
        }
        #expect(try await store.auditHead().sequence == 2)
    }

    @Test func `what a crash left open is ended on record at the next start`() async throws {
        let first = try await open()
        let second = try await open(.ready)
        let over = try await open(.closed)
        #expect(try await store.closeStaleSessions(reason: "the server crashed") == 2)
        for id in [first, second] {
            let session = try #require(try await store.session(id))
            #expect(session.state == .failed)
            #expect(session.reason == "the server crashed")
            #expect(session.endedAt != nil)
        }
        #expect(try await store.session(over)?.reason == nil)
        let records = try await store.auditRecords(after: 3)
        #expect(records.map(\.action) == ["scrier.disconnect", "scrier.disconnect"])
        #expect(try await store.sessions(openOnly: true).isEmpty)
    }
}
