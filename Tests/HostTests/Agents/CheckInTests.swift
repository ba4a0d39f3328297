import Foundation
import GRPCCore
import Store
import Testing
import Trust
import Wire

@Suite(.timeLimit(.minutes(1))) struct CheckInTests {
    @Test func `an envoy that checks in is seen, and the answer is signed and carries the audit head`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            try await lab.store.append([AuditEvent(.serverStarted, actor: "system", subject: "lab")])
            let request = try envoy.checkIn()
            let signed = try await lab.call(as: envoy) { try await $0.checkIn(request) }
            #expect(
                EnvoyIdentity.isValid(
                    signed.signature,
                    for: signed.payload,
                    context: .checkInAnswer,
                    publicKey: lab.identity.publicKey
                )
            )
            let answer = try Vigo_Agent_V1_CheckInAnswer(serializedBytes: signed.payload)
            #expect(answer.intervalSeconds == 300)
            #expect(answer.allowedPorts == [22, 3389, 5900])
            #expect(answer.head.sequence == 1)
            #expect(answer.head.hash.count == 32)
            #expect(answer.answers.count == 32)
            let record = try #require(try await lab.store.envoy(envoy.id))
            #expect(record.lastSeen != nil)
            #expect(record.address == "127.0.0.1")
            #expect(record.agentVersion == "0.1.0")
        }
    }

    @Test func `a replayed check-in is refused, and so is one that goes back in time`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let request = try envoy.checkIn()
            let earlier = try envoy.checkIn(time: 1000)
            _ = try await lab.call(as: envoy) { client in
                _ = try await client.checkIn(request)
                for replay in [request, earlier] {
                    let error = await #expect(throws: RPCError.self) { try await client.checkIn(replay) }
                    #expect(error?.code == .aborted)
                }
            }
        }
    }

    @Test func `a clock far ahead is not believed`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let request = try envoy.checkIn(time: UInt64((Date().timeIntervalSince1970 + 3600) * 1000))
            let error = await #expect(throws: RPCError.self) {
                try await lab.call(as: envoy) { try await $0.checkIn(request) }
            }
            #expect(error?.code == .invalidArgument)
            #expect(try await lab.store.envoy(envoy.id)?.lastCheckInTime == 0)
        }
    }

    @Test func `one envoy cannot check in as another`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let other = try await lab.enroll("web2.example.com")
            var unsigned = try envoy.checkIn()
            unsigned.signature[0] ^= 1
            let requests = [
                try other.checkIn(), try envoy.checkIn { $0.envoyID = other.id.uuidString }, unsigned,
                try envoy.checkIn { $0.envoyID = "nonsense" },
            ]
            for request in requests {
                let error = await #expect(throws: RPCError.self) {
                    try await lab.call(as: envoy) { try await $0.checkIn(request) }
                }
                #expect(error?.code == .permissionDenied)
            }
        }
    }

    @Test func `nonsense is refused`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            for payload in [Data([0xff, 0xff, 0xff]), Data(repeating: 1, count: 20_000)] {
                var request = Vigo_Agent_V1_Signed()
                request.payload = payload
                request.signature = Data(try envoy.identity.sign(payload, context: .checkIn))
                let refused = request
                let error = await #expect(throws: RPCError.self) {
                    try await lab.call(as: envoy) { try await $0.checkIn(refused) }
                }
                #expect(error?.code == .invalidArgument)
            }
        }
    }

    @Test func `a certificate is renewed for a new key that the identity vouches for, and audited`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let fresh = try CertificateRequest()
            var request = Vigo_Agent_V1_RenewCertificateRequest()
            request.certificateRequest = Data(fresh.der)
            request.proof = Data(try fresh.proof(by: envoy.identity))
            let good = request
            let response = try await lab.call(as: envoy) { try await $0.renewCertificate(good) }
            #expect(response.certificateChain.contains("BEGIN CERTIFICATE"))
            let record = try #require(try await lab.store.envoy(envoy.id))
            #expect(record.certificateSerial != envoy.serial && record.previousSerial == envoy.serial)
            let audit = try await lab.store.auditRecords(after: 0)
            #expect(audit.map(\.action) == ["envoy.certificate_renewed"])
            request.proof = Data(try fresh.proof(by: EnvoyIdentity()))
            let forged = request
            let error = await #expect(throws: RPCError.self) {
                try await lab.call(as: envoy) { try await $0.renewCertificate(forged) }
            }
            #expect(error?.code == .invalidArgument)
        }
    }
}
