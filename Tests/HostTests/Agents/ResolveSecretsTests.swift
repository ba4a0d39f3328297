import Foundation
import GRPCCore
import Store
import Testing
import Trust
import Wire

@testable import Host

@Suite(.timeLimit(.minutes(1))) struct ResolveSecretsTests {
    private func request(
        _ envoy: LabEnvoy,
        _ references: [String],
        _ change: (inout Vigo_Agent_V1_ResolveSecrets) -> Void = { _ in }
    ) throws -> Vigo_Agent_V1_Signed {
        var asked = Vigo_Agent_V1_ResolveSecrets()
        asked.envoyID = envoy.id.uuidString
        asked.time = Date().milliseconds
        asked.nonce = Data(RandomToken.random(32))
        asked.references = references
        change(&asked)
        var signed = Vigo_Agent_V1_Signed()
        signed.payload = try asked.serializedData()
        signed.signature = Data(try envoy.identity.sign(signed.payload, context: .resolveSecrets))
        return signed
    }

    private func run(_ body: (FleetLab) async throws -> Void) async throws {
        try await FleetLab.run(
            secrets: FakeVault(["app/db": "one", "other": "two"]),
            rules: [.init(pattern: HostnamePattern("web*")!, keys: [SecretKey("app/db")!])],
            body
        )
    }

    @Test func `a check-in tells the policy, and what it speaks of is resolved in a signed answer`() async throws {
        try await run { lab in
            let envoy = try await lab.enroll()
            let checkIn = try envoy.checkIn()
            let asked = try request(envoy, ["app/db"])
            let (told, signed) = try await lab.call(as: envoy) { client in
                (try await client.checkIn(checkIn), try await client.resolveSecrets(asked))
            }
            let policy = try Vigo_Agent_V1_CheckInAnswer(serializedBytes: told.payload).policy
            #expect(policy.secrets == ["__VIGO_SECRET__app/db__END_VIGO_SECRET__"] && policy.secretsEpoch > 0)
            #expect(
                EnvoyIdentity.isValid(
                    signed.signature,
                    for: signed.payload,
                    context: .resolvedSecrets,
                    publicKey: lab.identity.publicKey
                )
            )
            let answer = try Vigo_Agent_V1_ResolvedSecrets(serializedBytes: signed.payload)
            #expect(answer.answers == Data(CheckInDigest.sha256(asked.payload)))
            #expect(answer.secretsEpoch == policy.secretsEpoch && answer.secrets.map(\.value) == [Data("one".utf8)])
        }
    }

    @Test func `an envoy that asks for another's is denied, and the audit log shows it`() async throws {
        try await run { lab in
            let envoy = try await lab.enroll()
            let other = try await lab.enroll("db1.example.com")
            for (who, reference) in [(envoy, "other"), (other, "app/db")] {
                let asked = try request(who, [reference])
                let error = await #expect(throws: RPCError.self) {
                    try await lab.call(as: who) { try await $0.resolveSecrets(asked) }
                }
                #expect(error?.code == .permissionDenied)
            }
            let denied = try await lab.store.auditRecords(after: 0).filter { $0.action == "secret.entitlement_denied" }
            #expect(denied.map { $0.details["references"] } == ["other", "app/db"])
        }
    }

    @Test func `only the envoy itself may ask, for this purpose, and now`() async throws {
        try await run { lab in
            let envoy = try await lab.enroll()
            let other = try await lab.enroll("web2.example.com")
            var forged = try request(envoy, ["app/db"])
            forged.signature[0] ^= 1
            var otherPurpose = try request(envoy, ["app/db"])
            otherPurpose.signature = Data(try envoy.identity.sign(otherPurpose.payload, context: .checkIn))
            let cases: [(Vigo_Agent_V1_Signed, RPCError.Code)] = [
                (forged, .permissionDenied), (otherPurpose, .permissionDenied),
                (try request(other, ["app/db"]), .permissionDenied),
                (try request(envoy, ["app/db"]) { $0.envoyID = other.id.uuidString }, .permissionDenied),
                (try request(envoy, ["app/db"]) { $0.nonce = Data() }, .invalidArgument),
                (try request(envoy, ["app/db"]) { $0.time = 1000 }, .invalidArgument),
                (try request(envoy, ["app/db"]) { $0.time += 3_600_000 }, .invalidArgument),
                (try request(envoy, []), .invalidArgument),
            ]
            for (asked, code) in cases {
                let error = await #expect(throws: RPCError.self) {
                    try await lab.call(as: envoy) { try await $0.resolveSecrets(asked) }
                }
                #expect(error?.code == code)
            }
            #expect(try await lab.store.auditHead().sequence == 0)
        }
    }
}
