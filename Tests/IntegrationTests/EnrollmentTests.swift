import Foundation
import Lab
import Testing

extension IntegrationTests {
    @Suite struct EnrollmentTests {
        @Test func `a token enrolls once`() async throws {
            try await Lab.with { lab in
                let token = try lab.cli(["tokens", "generate", "--pattern", "*", "--output", "json"]).output
                let value = try #require(
                    (try JSONSerialization.jsonObject(with: Data(token.utf8)) as? [String: Any])?["token"] as? String
                )
                func register(_ directory: String) throws -> Command {
                    try Command.run(
                        lab.scratch.appending(path: "bin/vigo"),
                        [
                            "--config-dir", lab.scratch.appending(path: directory).path, "--state-dir",
                            lab.scratch.appending(path: "\(directory)-state").path, "register", "--server",
                            "https://127.0.0.1:\(lab.webPort)", "--token", value, "--ca-file",
                            lab.scratch.appending(path: "envoy/ca.pem").path, "--hostname", "\(directory).example.com",
                        ]
                    )
                }
                #expect(try register("first").status == 0)
                let replayed = try register("second")
                #expect(replayed.status != 0)
                #expect(!replayed.errors.isEmpty)
                #expect(try lab.list(["envoys", "list"]).count == 2)
                #expect(try lab.auditActions().contains("envoy.refused"))
            }
        }

        @Test func `a revoked envoy is cut off at once and stays out`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                let id = try #require(try lab.envoy()["id"] as? String)
                #expect(try lab.cli(["envoys", "revoke", id]).status == 0)
                #expect(try await terminal.exitStatus() == 255)
                try await eventually("disconnection") { try lab.envoy()["connected"] as? Bool != true }
                await lab.agent.stop()
                let before = lab.agent.output.count
                #expect(before > 0)
                let refused = try lab.ssh()
                #expect(try await refused.exitStatus() == 255)
            }
        }

        @Test func `enrolling again by the bootstrap line takes the old envoy's place`() async throws {
            try await Lab.with { lab in
                let first = try #require(try lab.envoy()["id"] as? String)
                await lab.agent.stop()
                try await lab.enroll()
                try await lab.startAgent()
                let active = try lab.list(["envoys", "list"]).filter { $0["status"] as? String == "active" }
                #expect(active.count == 1)
                #expect(active.first?["id"] as? String != first)
                let terminal = try await lab.openShell()
                terminal.type("exit\r")
                #expect(try await terminal.exitStatus() == 0)
            }
        }
    }
}
