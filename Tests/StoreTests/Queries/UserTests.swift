import Foundation
import Testing

@testable import Store

@Suite struct UserTests {
    private let store: Store

    init() throws { store = try Store.inMemory() }

    private func user(_ name: String, fingerprint: String? = nil) -> UserRecord {
        UserRecord(
            id: UUID(),
            username: name,
            role: .admin,
            sshPublicKey: fingerprint,
            sshFingerprint: fingerprint,
            createdAt: Date()
        )
    }

    @Test func `a public key belongs to one user`() async throws {
        try await store.createUser(user("dan", fingerprint: "SHA256:a"), audit: [])
        await #expect(throws: StoreError.conflict("the SSH public key SHA256:a belongs to the user dan already")) {
            try await store.createUser(user("eve", fingerprint: "SHA256:a"), audit: [])
        }
        let eve = user("eve")
        try await store.createUser(eve, audit: [])
        await #expect(throws: StoreError.self) {
            try await store.changeUser(eve.id, by: "root") { user in
                user.sshFingerprint = "SHA256:a"
                return []
            }
        }
    }

    @Test func `a change is of the user as they are by then, and no other's change is undone`() async throws {
        let dan = user("dan")
        try await store.createUser(dan, audit: [])
        try await store.createAPIToken(
            APITokenRecord(id: "t", user: dan.id, name: "n", hash: "h", createdAt: Date()),
            audit: []
        )
        let demotion = try await store.changeUser(dan.id, by: "eve") { user in
            user.role = .viewer
            return []
        }
        #expect(demotion.isOfRole && demotion.revokedTokens == ["t"])
        // By somebody who read the user before.
        let change = try await store.changeUser(dan.id, by: "dan") { user in
            user.sshFingerprint = "SHA256:a"
            return []
        }
        #expect(change.after.role == .viewer && !change.isOfRole && change.revokedTokens == [])
        #expect(try await store.user(dan.id)?.sshFingerprint == "SHA256:a")
        #expect(try await store.auditRecords(after: 0).map(\.action) == ["apitoken.revoked"])
    }

    @Test func `a name belongs to one user`() async throws {
        try await store.createUser(user("dan"), audit: [])
        await #expect(throws: StoreError.conflict("a user named dan exists already")) {
            try await store.createUser(user("dan"), audit: [])
        }
    }

    @Test func `a deleted user's tokens are gone`() async throws {
        let dan = user("dan")
        try await store.createUser(dan, audit: [])
        try await store.createAPIToken(
            APITokenRecord(id: "t", user: dan.id, name: "n", hash: "h", createdAt: Date()),
            audit: []
        )
        #expect(try await store.apiToken("t")?.user.username == "dan")
        try await store.deleteUser(dan.id, audit: [])
        #expect(try await store.apiToken("t") == nil)
    }

    @Test func `a token is good until it ends or is revoked`() async throws {
        let now = Date()
        let token = APITokenRecord(
            id: "t",
            user: UUID(),
            name: "n",
            hash: "h",
            createdAt: now,
            expiresAt: now.addingTimeInterval(10)
        )
        #expect(token.isGood(at: now))
        #expect(!token.isGood(at: now.addingTimeInterval(10)))
        var revoked = token
        revoked.revokedAt = now
        #expect(!revoked.isGood(at: now))
    }
}
