import Foundation
import Testing
import Trust

@testable import Host

@Suite struct EnrollmentPolicyTests {
    private let policy = EnrollmentPolicy(
        trusted: [
            ServerConfiguration.TrustedEnrollment(
                pattern: HostnamePattern("web*.example.com")!,
                networks: [CIDR("10.0.0.0/8")!, CIDR("fd00::/8")!]
            )
        ],
        approved: [HostnamePattern("*.prod.example.com")!]
    )

    private func decide(
        _ hostname: String,
        from source: String = "192.0.2.1",
        token: EnrollmentPolicy.TokenFinding = .none,
        force: Bool = false,
        previous: Bool = false,
        occupant: EnrollmentPolicy.Occupant? = nil
    ) -> EnrollmentPolicy.Decision {
        policy.decide(
            .init(
                hostname: Hostname(hostname)!,
                source: source,
                token: token,
                force: force,
                provesPrevious: previous
            ),
            occupant: occupant
        )
    }

    private func status(_ decision: EnrollmentPolicy.Decision) -> Int? {
        if case .refuse(let refusal) = decision { refusal.status } else { nil }
    }

    @Test func `trusted enrollment needs the name and the address`() {
        #expect(decide("web1.example.com", from: "10.1.2.3") == .admit(.trusted, replacing: nil))
        #expect(decide("web1.example.com", from: "::ffff:10.1.2.3") == .admit(.trusted, replacing: nil))
        #expect(decide("WEB1.example.com", from: "fd00::1") == .admit(.trusted, replacing: nil))
        #expect(status(decide("web1.example.com", from: "192.0.2.1")) == 403)
        #expect(status(decide("db1.example.com", from: "10.1.2.3")) == 403)
        #expect(status(decide("web1.example.com", from: "nonsense")) == 403)
    }

    @Test func `a token or an approved pattern lets in from anywhere`() {
        #expect(decide("db1.example.com", token: .valid(id: "a")) == .admit(.token, replacing: nil))
        #expect(decide("db1.prod.example.com") == .admit(.approved, replacing: nil))
    }

    @Test func `a bad token is refused even where none was needed`() {
        #expect(status(decide("web1.example.com", from: "10.1.2.3", token: .refused("used"))) == 403)
    }

    @Test func `a taken name is refused in the exact words`() {
        let occupant = EnrollmentPolicy.Occupant(id: UUID(), isSilent: false)
        let decision = decide("web1.example.com", from: "10.1.2.3", occupant: occupant)
        guard case .refuse(let refusal) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(refusal.status == 409)
        #expect(refusal.message == "An active envoy with this hostname already exists")
    }

    @Test func `force takes a name with a token, the old identity, or from a silent envoy; else it waits`() {
        let id = UUID()
        let loud = EnrollmentPolicy.Occupant(id: id, isSilent: false)
        let silent = EnrollmentPolicy.Occupant(id: id, isSilent: true)
        let name = "web1.example.com"
        let inside = "10.1.2.3"
        #expect(decide(name, token: .valid(id: "a"), force: true, occupant: loud) == .admit(.token, replacing: id))
        #expect(
            decide(name, from: inside, force: true, previous: true, occupant: loud) == .admit(.trusted, replacing: id)
        )
        #expect(decide(name, from: inside, force: true, occupant: silent) == .admit(.trusted, replacing: id))
        #expect(decide(name, from: inside, force: true, occupant: loud) == .wait(.trusted, replacing: id))
        // Force and the old identity alone are no permission to enroll.
        #expect(status(decide(name, force: true, previous: true, occupant: silent)) == 403)
    }

    @Test func `a hostname is a hostname`() {
        for good in ["web1", "web1.example.com", "a-b.c_d", "xn--bcher-kva.example", String(repeating: "a", count: 63)]
        {
            #expect(Hostname(good) != nil, "\(good)")
        }
        for bad in [
            "", ".", "a..b", "-a", "a-", "a b", "a\nb", "a/b", "ä.example", "*.example.com", "192.0.2.1", "web1.",
            String(repeating: "a", count: 64), UUID().uuidString, "\u{1b}[2J",
            Array(repeating: "abcdefgh", count: 30).joined(separator: "."),
        ] {
            #expect(Hostname(bad) == nil, "\(bad.debugDescription)")
        }
    }
}
