import Foundation
import Testing

@testable import Store

@Suite struct EnvoyTests {
    private let store: Store

    init() throws { store = try Store.inMemory() }

    private func envoy(_ hostname: String, status: EnvoyRecord.Status = .active) -> EnvoyRecord {
        EnvoyRecord(
            id: UUID(),
            hostname: hostname,
            identityKey: Data(repeating: 7, count: 32),
            enrolledAt: Date(),
            status: status
        )
    }

    private func token() async throws -> String {
        let token = EnrollmentTokenRecord(id: UUID().uuidString, hash: "$2b$", pattern: "*", createdAt: Date())
        try await store.createEnrollmentToken(token, audit: [])
        return token.id
    }

    @Test func `a second active envoy of a hostname is refused, in capitals too`() async throws {
        try await store.enroll(envoy("web-01"), audit: [])
        await #expect(throws: StoreError.conflict("An active envoy with this hostname already exists")) {
            try await store.enroll(envoy("WEB-01"), audit: [])
        }
    }

    @Test func `taking an envoy's place revokes it in the same step`() async throws {
        let old = envoy("web-01")
        let new = envoy("web-01")
        try await store.enroll(old, audit: [])
        try await store.enroll(
            new,
            replacing: old.id,
            audit: [AuditEvent(.envoyTakeover, actor: "x", subject: new.id.text)]
        )
        #expect(try await store.envoy(old.id)?.status == .revoked)
        #expect(try await store.envoy(hostname: "web-01")?.id == new.id)
    }

    @Test func `of many who race with one token one gets in`() async throws {
        let token = try await token()
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await store.enroll(envoy("host-\(number)"), consuming: token, audit: [])) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(try await store.envoys().count == 1)
    }

    @Test func `a refused enrollment does not use up its token`() async throws {
        let token = try await token()
        try await store.enroll(envoy("web-01"), audit: [])
        await #expect(throws: StoreError.self) { try await store.enroll(envoy("web-01"), consuming: token, audit: []) }
        #expect(try await store.enrollmentToken(token)?.usedAt == nil)
    }

    @Test func `a token past its end enrolls nobody`() async throws {
        let now = Date()
        let token = EnrollmentTokenRecord(
            id: "t",
            hash: "h",
            pattern: "*",
            createdAt: now,
            expiresAt: now.addingTimeInterval(60)
        )
        try await store.createEnrollmentToken(token, audit: [])
        await #expect(throws: StoreError.self) {
            try await store.enroll(envoy("a"), consuming: "t", at: now.addingTimeInterval(61), audit: [])
        }
        try await store.enroll(envoy("a"), consuming: "t", at: now.addingTimeInterval(59), audit: [])
    }

    @Test func `a check-in whose time does not rise is a replay`() async throws {
        let envoy = envoy("web-01")
        try await store.enroll(envoy, audit: [])
        func checkIn(_ time: Int64) async throws -> Bool {
            try await store.checkIn(envoy.id, time: time, address: nil, agentVersion: nil)
        }
        #expect(try await checkIn(10))
        #expect(try await !checkIn(10))
        #expect(try await !checkIn(9))
        #expect(try await checkIn(11))
        try await store.revokeEnvoy(envoy.id, audit: [])
        #expect(try await !checkIn(12))
    }

    @Test func `approval lets a pending envoy in, once`() async throws {
        let envoy = envoy("web-01", status: .pending)
        try await store.enroll(envoy, audit: [])
        try await store.approveEnvoy(envoy.id, audit: [])
        #expect(try await store.envoy(envoy.id)?.status == .active)
        await #expect(throws: StoreError.self) { try await store.approveEnvoy(envoy.id, audit: []) }
    }
}
