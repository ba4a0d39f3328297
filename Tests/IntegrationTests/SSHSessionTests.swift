import Foundation
import Lab
import Testing

/// The main job, through the front door: real processes, a real sshd, the real bootstrap line.
extension IntegrationTests {
    @Suite struct SSHSessionTests {
        @Test func `an operator gets a shell on the envoy and its exit status`() async throws {
            try await Lab.with { lab in
                let before = try lab.authorizedKeys()
                let terminal = try await lab.openShell(columns: 100, rows: 30)

                terminal.type("echo user=$(id -un) term=$TERM size=$(stty size | tr ' ' x)\r")
                try await terminal.expect("user=\(lab.user.name) term=xterm-256color size=30x100")
                try await lab.expectStripped()

                terminal.resize(columns: 132, rows: 43)
                try await eventually("resize") {
                    terminal.type("stty size\r")
                    try await Task.sleep(for: .milliseconds(100))
                    return terminal.screen.contains("43 132")
                }
                terminal.type("exit 7\r")
                #expect(try await terminal.exitStatus() == 7)
                #expect(try lab.authorizedKeys() == before)

                let session = try #require(try lab.sessions().first)
                #expect(session["state"] as? String == "closed")
                #expect(session["exit_status"] as? Int == 7)
                let actions = try lab.auditActions()
                #expect(actions.filter { $0 == "scrier.connect" }.count == 1)
                #expect(actions.filter { $0 == "scrier.disconnect" }.count == 1)
                #expect(try lab.cli(["audit", "verify"]).status == 0)
            }
        }

        @Test func `a shell ended by a signal exits with 128 and its number`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                terminal.type("kill -TERM $$; kill -KILL $$\r")
                #expect(try await terminal.exitStatus() == 128 + SIGKILL)
            }
        }

        @Test func `the terminal is as it was, however the session ends`() async throws {
            try await Lab.with { lab in
                let terminal = try lab.ssh()
                let before = terminal.attributes
                try await terminal.expect("$ ")
                #expect(terminal.attributes.c_lflag & UInt32(ICANON) == 0)
                terminal.send(signal: SIGTERM)
                _ = try await terminal.exitStatus()
                #expect(terminal.attributes.c_lflag == before.c_lflag)
                #expect(terminal.attributes.c_oflag == before.c_oflag)
                try await lab.expectStripped()
            }
        }

        @Test func `a key in no regular user's file is refused with the promised words`() async throws {
            try await Lab.with { lab in
                try Command.shell("ssh-keygen -q -t ed25519 -N '' -f '\(lab.scratch.path)/stranger'")
                let terminal = try lab.ssh(key: lab.scratch.appending(path: "stranger.pub"))
                #expect(try await terminal.exitStatus() == 255)
                #expect(terminal.screen.contains("SSH pubkey not authorized on this envoy"))
                let session = try #require(try lab.sessions().first)
                #expect(session["state"] as? String == "failed")
            }
        }

        @Test func `twenty sessions to one user at once all succeed on a stock sshd`() async throws {
            try await Lab.with(configuration: "  max_sessions: 40") { lab in
                let before = try lab.authorizedKeys()
                let terminals = try (0..<20).map { _ in try lab.ssh(["--timeout", "90s"]) }
                for terminal in terminals { try await terminal.expect("$ ", within: .seconds(120)) }
                for (number, terminal) in terminals.enumerated() {
                    terminal.type("echo I am $((\(number)+1000)); exit \(number)\r")
                }
                for (number, terminal) in terminals.enumerated() {
                    try await terminal.expect("I am \(number + 1000)")
                    #expect(try await terminal.exitStatus() == Int32(number))
                }
                try await lab.expectStripped()
                #expect(try lab.authorizedKeys() == before)
            }
        }

        @Test func `without a terminal it is refused`() async throws {
            try await Lab.with { lab in
                let refused = try lab.cli(["scrier", "ssh", "any", "--ssh-key-file", lab.user.publicKeyFile.path])
                #expect(refused.status == 255)
                #expect(refused.errors.contains("terminal"))
            }
        }
    }
}
