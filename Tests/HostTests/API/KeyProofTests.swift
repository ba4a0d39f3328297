import Crypto
import Foundation
import NIOCore
import Store
import Testing
import Trust
import Wire

@testable import Host

@Suite struct KeyProofTests {
    /// An operator's key pair, with what an ssh-agent would sign.
    private struct Keys {
        let pair = Curve25519.Signing.PrivateKey()
        let publicKey: SSHPublicKey

        init() throws {
            var blob = SSHWireWriter()
            blob.string("ssh-ed25519".utf8)
            blob.string([UInt8](pair.publicKey.rawRepresentation))
            publicKey = try SSHPublicKey(blob: blob.bytes)
        }

        func signature(_ challenge: String, _ credential: String, namespace: String = ConnectProof.namespace) throws
            -> SSHSignature
        {
            let message = ConnectProof.message(challenge: challenge, credential: credential)
            let data = SSHSignature.signedData(message, namespace: namespace)
            var signature = SSHWireWriter()
            signature.string("ssh-ed25519".utf8)
            signature.string([UInt8](try pair.signature(for: Data(data))))
            return SSHSignature(key: publicKey, namespace: namespace, signature: signature.bytes)
        }

        func proof(_ challenge: String, _ credential: String) throws -> KeyProof {
            KeyProof(challenge: challenge, signature: try signature(challenge, credential).armored)
        }
    }

    private func challenge(_ client: APIClient, authorization: String? = nil) async throws -> String {
        let answer = try await client.send(.post, "/api/v1/scrier/challenge", authorization: authorization)
        #expect(answer.status == 201, "\(answer.body)")
        return try answer.decode(KeyChallenge.self).challenge
    }

    private func credential(_ client: APIClient) throws -> String {
        try #require(RandomToken(parsing: client.tokens[.admin] ?? "")).id
    }

    private func connect(
        _ client: APIClient,
        key: SSHPublicKey?,
        _ proof: KeyProof?,
        envoy: String = "web3"
    ) async throws -> APIClient.Answer {
        let request = ConnectRequest(
            envoyID: envoy,
            protocolName: "echo",
            port: 22,
            sshPublicKey: key?.openSSH,
            keyProof: proof
        )
        let body = String(decoding: try WireJSON.encode(request), as: UTF8.self)
        return try await client.send(.post, "/api/v1/scrier/connect", body)
    }

    private func connects(_ world: APIWorld) async throws -> [AuditRecord] {
        try await world.store.auditRecords(after: 0).filter { $0.action == "scrier.connect" }
    }

    @Test func `a proved key is accepted where proof is required, and the record says so`() async throws {
        let world = try await APIWorld(requireKeyProof: true)
        try await world.test { client in
            let keys = try Keys()
            let proof = try keys.proof(try await challenge(client), try credential(client))
            let answer = try await connect(client, key: keys.publicKey, proof)
            #expect(answer.status == 202, "\(answer.body)")
            let record = try #require(try await connects(world).first)
            #expect(record.details["key"] == keys.publicKey.fingerprint && record.details["key_proved"] == "yes")
            #expect(try await world.store.user(named: "admin")?.isKeyProved == true)
        }
    }

    @Test func `without proof the key goes on where none is required, and the record says so`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let status = try await connect(client, key: try Keys().publicKey, nil).status
            #expect(status == 202)
            #expect(try await connects(world).first?.details["key_proved"] == "no")
            #expect(try await world.store.user(named: "admin")?.isKeyProved == false)
        }
    }

    @Test func `without proof nothing is made where it is required, and it is said what to do`() async throws {
        let world = try await APIWorld(requireKeyProof: true)
        try await world.test { client in
            let answer = try await connect(client, key: try Keys().publicKey, nil)
            #expect(answer.status == 403 && answer.error?.code == "key_proof_needed")
            #expect(answer.error?.message.contains("ssh-add") == true)
            #expect(try await world.store.sessions(openOnly: false).isEmpty)
            #expect(try await world.store.user(named: "admin")?.sshFingerprint == nil)
            #expect(try await world.store.auditRecords(after: 0).map(\.action) == ["access.denied"])
        }
    }

    @Test func `a session that uses no key needs no proof`() async throws {
        let world = try await APIWorld(requireKeyProof: true)
        try await world.test { client in
            let status = try await connect(client, key: nil, nil).status
            #expect(status == 202)
        }
    }

    enum Wrong: CaseIterable { case used, foreign, made, otherKey, otherNamespace, otherCredential, nonsense, noKey }

    @Test(arguments: Wrong.allCases)
    func `a wrong proof is refused, also where none is required, and nothing is made`(wrong: Wrong) async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let keys = try Keys()
            let (fresh, credential) = (try await challenge(client), try credential(client))
            var key: SSHPublicKey? = keys.publicKey
            var proof = try keys.proof(fresh, credential)
            switch wrong {
            case .used:
                // Burnt by a request that came to nothing.
                _ = try await connect(client, key: key, proof, envoy: "nowhere")
            case .foreign:
                let stranger = KeyChallenges()
                let caller = Caller(name: "eve", role: .admin, user: nil, proof: .token, token: "eve")
                proof = try keys.proof(stranger.issue(to: caller), credential)
            case .made: proof = try keys.proof(RandomToken.make(.challenge).text, credential)
            case .otherKey: proof = try Keys().proof(fresh, credential)
            case .otherNamespace:
                proof.signature = try keys.signature(fresh, credential, namespace: "git").armored
            case .otherCredential: proof = try keys.proof(fresh, "AAAAAAAAAAAA")
            case .nonsense: proof.signature = "nonsense"
            case .noKey: key = nil
            }
            let answer = try await connect(client, key: key, proof)
            #expect(answer.status == 403 && answer.error?.code == "key_proof_invalid", "\(answer.body)")
            #expect(try await world.store.sessions(openOnly: false).isEmpty)
            #expect(try await world.store.user(named: "admin")?.sshFingerprint == nil)
            #expect(try await world.store.auditRecords(after: 0).last?.action == "access.denied")
        }
    }

    @Test func `a challenge is good once, for two minutes, and for whoever asked`() {
        let challenges = KeyChallenges()
        let now = NIODeadline.now()
        let dan = Caller(name: "dan", role: .admin, user: nil, proof: .token, token: "a")
        let other = Caller(name: "dan", role: .admin, user: nil, proof: .token, token: "b")
        let text = challenges.issue(to: dan, at: now)
        #expect(!challenges.redeem(text, by: other, at: now))
        #expect(challenges.redeem(text, by: dan, at: now))
        #expect(!challenges.redeem(text, by: dan, at: now))
        let late = challenges.issue(to: dan, at: now)
        #expect(!challenges.redeem(late, by: dan, at: now + .seconds(121)))
        let first = challenges.issue(to: dan, at: now)
        for _ in 0..<40 { _ = challenges.issue(to: dan, at: now) }
        #expect(!challenges.redeem(first, by: dan, at: now))
    }

    @Test func `a key without proof does not push out one with`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let keys = try Keys()
            let proof = try keys.proof(try await challenge(client), try credential(client))
            let status1 = try await connect(client, key: keys.publicKey, proof).status
            #expect(status1 == 202)
            let other = try Keys()
            let status2 = try await connect(client, key: other.publicKey, nil).status
            #expect(status2 == 202)
            #expect(try await world.store.user(named: "admin")?.sshFingerprint == keys.publicKey.fingerprint)
            #expect(try await connects(world).last?.details["key"] == other.publicKey.fingerprint)
            // With proof it does.
            let better = try other.proof(try await challenge(client), try credential(client))
            let status3 = try await connect(client, key: other.publicKey, better).status
            #expect(status3 == 202)
            #expect(try await world.store.user(named: "admin")?.sshFingerprint == other.publicKey.fingerprint)
            let changes = try await world.store.auditRecords(after: 0).filter { $0.action == "user.key_changed" }
            #expect(changes.map { $0.details["proved"] } == ["yes", "yes"])
        }
    }

    @Test func `another user's key stays refused, with proof too, and also to who is no web user`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let keys = try Keys()
            let update = #"{"ssh_public_key": "\#(keys.publicKey.openSSH)"}"#
            let status = try await client.send(.put, "/api/v1/users/viewer", update).status
            #expect(status == 200)
            let proof = try keys.proof(try await challenge(client), try credential(client))
            let answer = try await connect(client, key: keys.publicKey, proof)
            #expect(answer.status == 409 && answer.error?.code == "public_key_taken")
            let root = Caller(name: "root", role: .admin, user: nil, proof: .adminSocket)
            let request = ConnectRequest(
                envoyID: "web3",
                protocolName: "echo",
                port: 22,
                sshPublicKey: keys.publicKey.openSSH
            )
            await #expect { try await world.admission.plan(request, for: root, from: "local") } throws: { error in
                (error as? SessionRefusal)?.code == .publicKeyTaken
            }
        }
    }

    @Test func `proving the key that is stored already is noted once`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let keys = try Keys()
            let status = try await connect(client, key: keys.publicKey, nil).status
            #expect(status == 202)
            for _ in 0..<2 {
                let proof = try keys.proof(try await challenge(client), try credential(client))
                let status = try await connect(client, key: nil, proof).status
                #expect(status == 202)
            }
            let actions = try await world.store.auditRecords(after: 0).map(\.action)
            #expect(actions.filter { $0 == "user.key_proved" }.count == 1)
            #expect(actions.filter { $0 == "user.key_changed" }.count == 1)
        }
    }
}
