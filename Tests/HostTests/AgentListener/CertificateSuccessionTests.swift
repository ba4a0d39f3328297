import Foundation
import Store
import Testing
import Trust
import Wire

@testable import Host

/// After a renewal: which certificates are accepted, and until when.
@Suite(.timeLimit(.minutes(1))) struct CertificateSuccessionTests {
    private func renew(_ envoy: LabEnvoy, in lab: FleetLab) async throws -> LabEnvoy {
        try await envoy.renewed { request in try await lab.call(as: envoy) { try await $0.renewCertificate(request) } }
    }

    private func checkIn(as envoy: LabEnvoy, in lab: FleetLab) async throws {
        let request = try envoy.checkIn()
        _ = try await lab.call(as: envoy) { try await $0.checkIn(request) }
    }

    private func isAccepted(_ envoy: LabEnvoy, in lab: FleetLab) async throws -> Bool {
        let connection = try await lab.dial(as: envoy, alpn: ["h2"])
        let isClosed = await connection.isClosed(within: .seconds(1))
        connection.channel.close(promise: nil)
        return !isClosed
    }

    @Test func `the old certificate is good until the new one is used, and never again`() async throws {
        try await FleetLab.run { lab in
            let old = try await lab.enroll()
            try await checkIn(as: old, in: lab)
            let new = try await renew(old, in: lab)
            // The answer may have been lost.
            #expect(try await isAccepted(old, in: lab))
            try await checkIn(as: new, in: lab)
            #expect(try await !isAccepted(old, in: lab))
            #expect(try await isAccepted(new, in: lab))
            try await lab.waitUntil { (try? await lab.store.envoy(old.id))?.previousSerial == nil }
            // The store says so as well: a restart of the server changes nothing.
            let record = try await lab.store.envoy(old.id)
            #expect(CertificateStanding(of: old.serial, in: record) == .superseded)
        }
    }

    @Test func `connections made with the old certificate are closed then, and a session's tunnel stays`() async throws
    {
        try await FleetLab.run { lab in
            let old = try await lab.enroll()
            let calls = try await lab.dial(as: old, alpn: ["h2"])
            let tunnel = try await lab.dial(as: old)
            try await lab.waitUntil { lab.registry.connections.count(of: old.id) == 2 }
            let new = try await renew(old, in: lab)
            #expect(await !calls.isClosed(within: .milliseconds(300)))
            let newer = try await lab.dial(as: new, alpn: ["h2"])
            #expect(await calls.isClosed())
            #expect(tunnel.channel.isActive && newer.channel.isActive)
        }
    }

    @Test func `of two renewals whose answers were lost the certificate in use stays good`() async throws {
        try await FleetLab.run { lab in
            let used = try await lab.enroll()
            try await checkIn(as: used, in: lab)
            let lost = try await renew(used, in: lab)
            let newest = try await renew(used, in: lab)
            #expect(try await isAccepted(used, in: lab))
            #expect(try await !isAccepted(lost, in: lab))
            try await checkIn(as: newest, in: lab)
            #expect(try await !isAccepted(used, in: lab))
        }
    }

    /// Of one envoy: a chain of one certificate is the old one, a chain of two the new one.
    private func admission(_ envoy: UUID) -> EnvoyAdmission {
        EnvoyAdmission(
            verify: { EnvoyCertificate(envoyID: envoy, serial: "\($0.count)", notValidAfter: .distantFuture) },
            standing: { $0.serial == "2" ? .newest(isFirstUse: true) : .previous },
            logger: APIWorld.quiet
        )
    }

    @Test func `a certificate that was only shown supersedes nothing: its key comes later in a handshake`() async throws
    {
        let admission = admission(UUID())
        let old = try #require(await admission.peer(of: [[]]))
        let new = try #require(await admission.peer(of: [[], []]))
        #expect(admission.enter(old))
        #expect(admission.enter(new))
        #expect(!admission.enter(old))
    }

    @Test func `a handshake that began before the newer certificate was used ends in nothing`() async throws {
        let envoy = UUID()
        let admission = admission(envoy)
        let slow = try #require(await admission.peer(of: [[]]))
        let new = try #require(await admission.peer(of: [[], []]))
        #expect(admission.enter(new))
        #expect(!admission.enter(slow))
        admission.close(to: envoy)
        #expect(!admission.enter(new))
        #expect(await admission.peer(of: [[], []]) == nil)
    }

    @Test func `a connection for calls ends with its certificate`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll(validity: .seconds(2))
            let connection = try await lab.dial(as: envoy, alpn: ["h2"])
            #expect(await connection.isClosed(within: .seconds(20)))
        }
    }

    @Test func `a certificate counts by what the store knows`() {
        func envoy(_ status: EnvoyRecord.Status = .active, newest: String?, previous: String? = nil) -> EnvoyRecord {
            EnvoyRecord(
                id: UUID(),
                hostname: "web1",
                identityKey: Data(),
                certificateSerial: newest,
                previousSerial: previous,
                enrolledAt: Date(),
                status: status
            )
        }
        #expect(CertificateStanding(of: "2", in: envoy(newest: "2")) == .newest(isFirstUse: false))
        #expect(CertificateStanding(of: "2", in: envoy(newest: "2", previous: "1")) == .newest(isFirstUse: true))
        #expect(CertificateStanding(of: "1", in: envoy(newest: "2", previous: "1")) == .previous)
        #expect(CertificateStanding(of: "1", in: envoy(newest: "2")) == .superseded)
        #expect(CertificateStanding(of: "1", in: envoy(newest: nil)) == .superseded)
        for status in [EnvoyRecord.Status.pending, .revoked] {
            #expect(CertificateStanding(of: "2", in: envoy(status, newest: "2")) == .inactive)
        }
        #expect(CertificateStanding(of: "2", in: nil) == .inactive)
    }
}
