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
        var eve = user("eve")
        try await store.createUser(eve, audit: [])
        eve.sshFingerprint = "SHA256:a"
        let changed = eve
        await #expect(throws: StoreError.self) { try await store.updateUser(changed, audit: []) }
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
