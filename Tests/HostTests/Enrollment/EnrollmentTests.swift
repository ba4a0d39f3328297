import Foundation
import Host
import Store
import Testing
import Trust
import Wire

@Suite struct EnrollmentTests {
    private let inside = "10.0.0.7"
    private let outside = "192.0.2.9"

    private func refusal(_ outcome: Enrollment.Outcome) -> EnrollmentRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    private func enrolled(_ outcome: Enrollment.Outcome) throws -> RegistrationResponse {
        guard case .enrolled(let response) = outcome else { throw RouteRefusal(0, "", "\(outcome)") }
        return response
    }

    @Test func `a trusted machine gets a certificate that names it`() async throws {
        let lab = try EnrollmentLab()
        let machine = try Machine("WEB1.example.com")
        let response = try enrolled(await lab.enrollment.register(machine.registration(), from: inside))
        let record = try #require(try await lab.store.envoy(response.envoyID))
        #expect(record.hostname == "web1.example.com")
        #expect(record.status == .active)
        #expect(record.address == inside)
        #expect(record.identityKey == Data(machine.identity.publicKey))
        #expect(response.ca == lab.authority.certificatePEM)
        #expect(response.agentAddress == "vigo.example.com:1530")
        #expect(response.checkInSeconds == 300)
        #expect(try await lab.actions() == ["envoy.enrolled"])
    }

    @Test func `a token is used up by one enrollment`() async throws {
        let lab = try EnrollmentLab()
        let made = try await lab.routes.generateToken(.init(pattern: "db*.example.com"), actor: "root")
        let first = try Machine("db1.example.com").registration { $0.token = made.token }
        _ = try enrolled(await lab.enrollment.register(first, from: outside))
        let replay = try Machine("db2.example.com").registration { $0.token = made.token }
        let refused = refusal(await lab.enrollment.register(replay, from: outside))
        #expect(refused?.status == 403)
        #expect(refused?.message == "the enrollment token has been used already")
        #expect(try await lab.actions() == ["token.created", "envoy.enrolled", "token.used", "envoy.refused"])
        #expect(try await lab.store.envoys().count == 1)
    }

    @Test func `one address enrolls so many without a token, and with one all the same`() async throws {
        let lab = try EnrollmentLab(limitWithoutToken: 2)
        for number in 1...2 {
            let machine = try Machine("web\(number).example.com")
            _ = try enrolled(await lab.enrollment.register(machine.registration(), from: inside))
        }
        let third = try Machine("web3.example.com")
        let registration = try third.registration()
        let refused = refusal(await lab.enrollment.register(registration, from: inside))
        #expect(refused?.status == 429 && refused?.code == "too_many_enrollments")
        _ = try enrolled(await lab.enrollment.register(registration, from: "10.0.0.8"))
        let made = try await lab.routes.generateToken(.init(pattern: "web4.example.com"), actor: "root")
        let fourth = try Machine("web4.example.com").registration { $0.token = made.token }
        _ = try enrolled(await lab.enrollment.register(fourth, from: inside))
    }

    @Test func `of two that race with one token, one wins`() async throws {
        let lab = try EnrollmentLab()
        let made = try await lab.routes.generateToken(.init(pattern: "*"), actor: "root")
        let requests = try (0..<6).map { number in
            try Machine("db\(number).example.com").registration { $0.token = made.token }
        }
        let outcomes = await withTaskGroup(of: Enrollment.Outcome.self) { group in
            for request in requests { group.addTask { await lab.enrollment.register(request, from: outside) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { refusal($0) == nil }.count == 1)
        #expect(try await lab.store.envoys().count == 1)
    }

    @Test func `of two that race for one hostname, one wins`() async throws {
        let lab = try EnrollmentLab()
        let requests = try (0..<4).map { _ in try Machine().registration() }
        let outcomes = await withTaskGroup(of: Enrollment.Outcome.self) { group in
            for request in requests { group.addTask { await lab.enrollment.register(request, from: inside) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.compactMap(refusal).map(\.status) == [409, 409, 409])
        #expect(try await lab.store.envoys(status: .active).count == 1)
    }

    @Test func `a token that is wrong, for another name, expired or revoked is refused`() async throws {
        let lab = try EnrollmentLab()
        let made = try await lab.routes.generateToken(
            .init(pattern: "db1.example.com", expiresInSeconds: 60),
            actor: "root"
        )
        let revoked = try await lab.routes.generateToken(.init(pattern: "*"), actor: "root")
        try await lab.routes.revokeToken(revoked.summary.id, actor: "root")
        var wrong = made.token
        wrong.removeLast()
        wrong += made.token.hasSuffix("A") ? "B" : "A"
        let cases = [
            (wrong, "db1.example.com", "the enrollment token is not one of this server's"),
            ("nonsense", "db1.example.com", "the enrollment token is not one of this server's"),
            (made.token, "db2.example.com", "the enrollment token is for db1.example.com, not for db2.example.com"),
            (revoked.token, "db1.example.com", "the enrollment token has been revoked"),
        ]
        for (token, hostname, sentence) in cases {
            let request = try Machine(hostname).registration { $0.token = token }
            #expect(refusal(await lab.enrollment.register(request, from: inside))?.message == sentence)
        }
        lab.pass(61)
        let late = try Machine("db1.example.com").registration { $0.token = made.token }
        #expect(
            refusal(await lab.enrollment.register(late, from: inside))?.message == "the enrollment token has expired"
        )
        #expect(try await lab.store.envoys().isEmpty)
    }

    @Test func `nonsense in any field is refused with a sentence`() async throws {
        let changes: [(String, @Sendable (inout RegistrationRequest) -> Void)] = [
            ("hostname", { $0.hostname = "a b; rm -rf /" }), ("hostname", { $0.hostname = UUID().uuidString }),
            ("os", { $0.os = "../x" }), ("os", { $0.arch = "" }),
            ("identity_key", { $0.identityKey = Data(count: 31) }),
            ("identity", { $0.identityKey = Data(count: 32) }),
            ("PKCS #10", { $0.certificateRequest = Data([1, 2, 3]) }),
            ("PKCS #10", { $0.certificateRequest = Data(count: 5000) }), ("identity", { $0.proof = Data(count: 64) }),
            ("agent_version", { $0.agentVersion = String(repeating: "9", count: 100) }),
        ]
        for (index, (word, change)) in changes.enumerated() {
            let lab = try EnrollmentLab()
            let refused = refusal(await lab.enrollment.register(try Machine().registration(change), from: inside))
            #expect(refused?.status == 400, "\(index)")
            #expect(refused?.message.contains(word) == true, "\(index): \(refused?.message ?? "")")
            #expect(try await lab.actions() == ["envoy.refused"])
        }
    }

    @Test func `a source that fails too often is told to wait, others are not`() async throws {
        let lab = try EnrollmentLab()
        for _ in 0..<10 {
            #expect(refusal(await lab.enrollment.register(try Machine().registration(), from: outside))?.status == 403)
        }
        #expect(refusal(await lab.enrollment.register(try Machine().registration(), from: outside))?.status == 429)
        _ = try enrolled(await lab.enrollment.register(try Machine().registration(), from: inside))
        // What was refused unheard does not fill the audit log, and is told of in one record.
        #expect(try await lab.actions().filter { $0 == "envoy.refused" }.count == 10)
        try await lab.refusals.flush()
        let summary = try #require(try await lab.store.auditRecords(after: 0).last)
        #expect(summary.action == "audit.left_out" && summary.details["envoy.refused"] != nil)
    }

    @Test func `successes are not counted`() async throws {
        let lab = try EnrollmentLab()
        for number in 0..<15 {
            _ = try enrolled(
                await lab.enrollment.register(try Machine("web\(number).example.com").registration(), from: inside)
            )
        }
    }

    @Test func `with a token, force takes the name over, revokes the old envoy and says so in the log`() async throws {
        let lab = try EnrollmentLab()
        let old = try enrolled(await lab.enrollment.register(try Machine().registration(), from: inside)).envoyID
        let made = try await lab.routes.generateToken(.init(pattern: "web1.example.com"), actor: "root")
        let request = try Machine().registration {
            $0.token = made.token
            $0.force = true
        }
        let new = try enrolled(await lab.enrollment.register(request, from: outside)).envoyID
        #expect(try await lab.store.envoy(old)?.status == .revoked)
        #expect(try await lab.store.envoy(new)?.previousEnvoy == old)
        #expect(
            try await lab.actions() == [
                "envoy.enrolled", "token.created", "envoy.enrolled", "token.used", "envoy.takeover", "envoy.revoked",
            ]
        )
    }

    @Test func `the old identity's signature takes the name over; another's does not`() async throws {
        let lab = try EnrollmentLab()
        let first = try Machine()
        let old = try enrolled(await lab.enrollment.register(first.registration(), from: inside)).envoyID
        let second = try Machine()
        func request(signedBy identity: EnvoyIdentity) throws -> RegistrationRequest {
            let proof = try identity.sign(second.request.der, context: .previousIdentity)
            return try second.registration {
                $0.force = true
                $0.previousEnvoyID = old
                $0.previousProof = Data(proof)
            }
        }
        let forged = await lab.enrollment.register(try request(signedBy: EnvoyIdentity()), from: inside)
        guard case .pending(let id) = forged else {
            Issue.record("\(forged)")
            return
        }
        #expect(try await lab.store.envoy(old)?.status == .active)
        try await lab.routes.delete(id.uuidString, actor: "root")
        _ = try enrolled(await lab.enrollment.register(try request(signedBy: first.identity), from: inside))
        #expect(try await lab.store.envoy(old)?.status == .revoked)
    }

    @Test func `without either it waits for an administrator, and the same request collects the certificate`()
        async throws
    {
        let lab = try EnrollmentLab()
        let old = try enrolled(await lab.enrollment.register(try Machine().registration(), from: inside)).envoyID
        let newcomer = try Machine().registration { $0.force = true }
        guard case .pending(let id) = await lab.enrollment.register(newcomer, from: inside) else {
            Issue.record("not pending")
            return
        }
        #expect(await lab.enrollment.register(newcomer, from: inside) == .pending(id))
        #expect(try await lab.store.envoy(old)?.status == .active)
        let approved = try await lab.routes.approve("web1.example.com", actor: "root")
        #expect(approved.id == id)
        #expect(try await lab.store.envoy(old)?.status == .revoked)
        let response = try enrolled(await lab.enrollment.register(newcomer, from: inside))
        #expect(response.envoyID == id)
        #expect(try await lab.store.envoy(id)?.certificateSerial != nil)
    }

    @Test func `an envoy that missed three check-ins can be replaced without waiting`() async throws {
        let lab = try EnrollmentLab()
        _ = await lab.enrollment.register(try Machine().registration(), from: inside)
        lab.pass(3 * 300 + 1)
        let request = try Machine().registration { $0.force = true }
        _ = try enrolled(await lab.enrollment.register(request, from: inside))
    }

    @Test func `a lost answer can be asked for again, but not for ever, and not after revocation`() async throws {
        let lab = try EnrollmentLab()
        let request = try Machine().registration()
        let first = try enrolled(await lab.enrollment.register(request, from: inside)).envoyID
        #expect(try enrolled(await lab.enrollment.register(request, from: inside)).envoyID == first)
        // Each answer is a certificate and a record: a few are enough.
        for _ in 0..<5 { _ = try enrolled(await lab.enrollment.register(request, from: inside)) }
        #expect(refusal(await lab.enrollment.register(request, from: inside))?.code == "identity_taken")
        lab.pass(16 * 60)
        #expect(refusal(await lab.enrollment.register(request, from: inside))?.code == "identity_taken")
        _ = try await lab.routes.revoke(first.uuidString, actor: "root")
        #expect(refusal(await lab.enrollment.register(request, from: inside))?.code == "envoy_revoked")
    }
}
