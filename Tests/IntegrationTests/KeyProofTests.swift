import Foundation
import Lab
import Testing

/// `scrier.require_key_proof`, with OpenSSH's agent holding the operator's key.
extension IntegrationTests {
    @Suite struct KeyProofTests {
        private func records(_ lab: Lab) throws -> [[String: Any]] {
            try lab.cli(["audit", "export"]).output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }

        @Test func `a server that insists on proof lets in who has the key, and nobody with its public half`()
            async throws
        {
            try await Lab.with(configuration: "  require_key_proof: true") { lab in
                let refused = try lab.ssh()
                #expect(try await refused.exitStatus() == 255)
                #expect(refused.screen.contains("scrier.require_key_proof") && refused.screen.contains("ssh-add"))
                #expect(try lab.sessions().isEmpty)

                let agent = try await SSHAgentProgram()
                try agent.add(lab.user.publicKeyFile.deletingPathExtension())
                let terminal = try lab.ssh(environment: ["SSH_AUTH_SOCK": agent.socket])
                try await terminal.expect("$ ")
                terminal.type("exit 3\r")
                #expect(try await terminal.exitStatus() == 3)
                let connect = try #require(try records(lab).last { $0["action"] as? String == "scrier.connect" })
                #expect((connect["details"] as? [String: String])?["key_proved"] == "yes")
            }
        }

        @Test func `with an API token over TLS the proof is bound to that token`() async throws {
            try await Lab.with(configuration: "  require_key_proof: true") { lab in
                let agent = try await SSHAgentProgram()
                try agent.add(lab.user.publicKeyFile.deletingPathExtension())
                // An admin's key is the system user's of that name.
                let made = try Command.shell(
                    "cp '\(lab.user.publicKeyFile.path)' '\(lab.user.home.path)/.ssh/id_ed25519.pub'"
                )
                #expect(made.status == 0)
                try lab.cli(["webusers", "create", "--username", lab.user.name, "--role", "admin"])
                let token = try lab.cli(["apitokens", "create", "--username", lab.user.name, "--name", "test"]).output
                let environment = [
                    "VIGO_ADMIN_SOCKET": "", "VIGO_SERVER": "https://127.0.0.1:\(lab.webPort)",
                    "VIGO_TOKEN": token.trimmingCharacters(in: .whitespacesAndNewlines),
                    "VIGO_CA_FILE": lab.scratch.appending(path: "server/tls/ca_cert").path,
                    "SSH_AUTH_SOCK": agent.socket,
                ]
                let terminal = try lab.ssh(environment: environment)
                try await terminal.expect("$ ")
                terminal.type("exit 0\r")
                #expect(try await terminal.exitStatus() == 0)
                let connect = try #require(try records(lab).last { $0["action"] as? String == "scrier.connect" })
                #expect(connect["actor"] as? String == lab.user.name)
                #expect((connect["details"] as? [String: String])?["key_proved"] == "yes")
            }
        }
    }
}
