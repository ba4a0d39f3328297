import Foundation
import Host
import Testing
import Wire

@Suite struct EnrollmentRoutesTests {
    @Test func `envoys are found by id and by name, listed, revoked and deleted`() async throws {
        let lab = try EnrollmentLab()
        _ = await lab.enrollment.register(try Machine().registration(), from: "10.0.0.7")
        let envoy = try await lab.routes.envoy("WEB1.example.com")
        #expect(envoy.identityFingerprint?.hasPrefix("SHA256:") == true)
        #expect(!envoy.connected)
        #expect(try await lab.routes.envoy(envoy.id.uuidString) == envoy)
        #expect(try await lab.routes.envoys(status: nil).items.count == 1)
        #expect(try await lab.routes.envoys(status: "revoked").items.isEmpty)
        #expect(try await lab.routes.revoke("web1.example.com", actor: "root").status == .revoked)
        let again = await #expect(throws: RouteRefusal.self) {
            _ = try await lab.routes.revoke("web1.example.com", actor: "root")
        }
        #expect(again?.status == 409)
        try await lab.routes.delete("web1.example.com", actor: "root")
        #expect(try await lab.actions().suffix(2) == ["envoy.revoked", "envoy.deleted"])
    }

    @Test func `what does not exist or makes no sense is answered with a status and a sentence`() async throws {
        let lab = try EnrollmentLab()
        let routes = lab.routes
        let cases: [(Int, @Sendable () async throws -> Void)] = [
            (404, { _ = try await routes.envoy("nobody") }), (404, { _ = try await routes.envoy(UUID().uuidString) }),
            (404, { _ = try await routes.envoy("\u{1b}[2J' OR 1=1") }),
            (400, { _ = try await routes.envoys(status: "bad") }),
            (404, { try await routes.delete("nobody", actor: "root") }),
            (404, { try await routes.revokeToken("nobody", actor: "root") }),
            (404, { try await routes.removeApprovedPattern("*", actor: "root") }),
            (400, { _ = try await routes.generateToken(.init(pattern: "a b"), actor: "root") }),
            (400, { _ = try await routes.generateToken(.init(pattern: "*", expiresInSeconds: 0), actor: "root") }),
            (400, { _ = try await routes.approvePattern(.init(pattern: ""), actor: "root") }),
            (400, { _ = try await routes.bootstrap(os: "amiga") }),
            (400, { _ = try await routes.latest(os: "../..", arch: "x") }),
            (400, { _ = try await routes.latest(os: nil, arch: nil) }),
            (404, { _ = try await routes.latest(os: "linux", arch: "x86_64") }),
        ]
        for (index, (status, call)) in cases.enumerated() {
            let refusal = await #expect(throws: RouteRefusal.self) { try await call() }
            #expect(refusal?.status == status, "\(index)")
            #expect(refusal?.error.message.contains("\u{1b}") == false)
        }
    }

    @Test func `approved patterns let machines in until they are removed`() async throws {
        let lab = try EnrollmentLab()
        _ = try await lab.routes.approvePattern(.init(pattern: "*.Prod.example.org"), actor: "root")
        let twice = await #expect(throws: RouteRefusal.self) {
            _ = try await lab.routes.approvePattern(.init(pattern: "*.prod.example.org"), actor: "root")
        }
        #expect(twice?.status == 409)
        let first = try await lab.routes.register(try Machine("a.prod.example.org").registration(), from: "192.0.2.1")
        #expect(first.status == 201)
        try await lab.routes.removeApprovedPattern("*.prod.example.org", actor: "root")
        let refusal = await #expect(throws: RouteRefusal.self) {
            _ = try await lab.routes.register(try Machine("b.prod.example.org").registration(), from: "192.0.2.1")
        }
        #expect(refusal?.status == 403)
    }

    @Test func `bootstrap answers a script for each family`() async throws {
        let lab = try EnrollmentLab()
        #expect(try await lab.routes.bootstrap(os: nil).hasPrefix("#!/bin/sh\n"))
        let windows = try await lab.routes.bootstrap(os: "windows")
        #expect(windows.contains("$server = 'https://vigo.example.com:8443'"))
        #expect(!windows.contains("@SERVER@"))
    }
}
