import Foundation
import Lab
import Testing

/// What breaks in mid-session, and what is left afterwards: a sentence, a reason, both ends in the audit log, no key.
extension IntegrationTests {
    @Suite struct FaultTests {
        private func expectRecorded(_ lab: Lab, reason: String? = nil) async throws {
            try await eventually(
                "end of the session on record",
                within: .seconds(40),
                else: { "\((try? lab.sessions()) ?? [])" }
            ) {
                try lab.sessions().allSatisfy { ["closed", "failed"].contains($0["state"] as? String) }
            }
            let session = try #require(try lab.sessions().first)
            #expect((session["reason"] as? String)?.isEmpty == false)
            if let reason { #expect((session["reason"] as? String)?.contains(reason) == true) }
            let actions = try lab.auditActions()
            #expect(actions.filter { $0 == "scrier.connect" }.count == 1)
            #expect(actions.filter { $0 == "scrier.disconnect" }.count == 1)
            #expect(try lab.cli(["audit", "verify"]).status == 0)
        }

        @Test func `an agent killed in mid-session leaves no key once it is back`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                // As if the crash had come before the line was stripped.
                let stale = try lab.authorizedKeys() + staleLine(of: lab)
                try stale.write(to: lab.user.authorizedKeys, atomically: false, encoding: .utf8)
                lab.agent.kill()
                #expect(try await terminal.exitStatus() == 255)
                #expect(terminal.screen.contains("The connection to the envoy's sshd was lost"))
                try await expectRecorded(lab, reason: "The connection to the envoy's sshd was lost")
                #expect(try lab.authorizedKeys().contains("vigo-scrier-ephemeral"))
                try await lab.startAgent()
                try await lab.expectStripped()
                let again = try await lab.openShell()
                again.type("exit\r")
                #expect(try await again.exitStatus() == 0)
            }
        }

        /// sshd is stopped, not ended: the kernel takes the connection, and the login waits with the key in place.
        @Test func `an agent killed while a login is in progress leaves no key once it is back`() async throws {
            try await Lab.with { lab in
                let before = try lab.authorizedKeys()
                kill(lab.sshd.program.processID, SIGSTOP)
                defer { kill(lab.sshd.program.processID, SIGCONT) }
                let terminal = try lab.ssh()
                try await eventually("key of the session") {
                    try lab.authorizedKeys().contains("vigo-scrier-ephemeral")
                }
                lab.agent.kill()
                #expect(try await terminal.exitStatus() == 255)
                #expect(terminal.screen.contains("vigocli: "), "\(terminal.screen)")
                try await expectRecorded(lab)
                // Nobody was there to strip it.
                #expect(try lab.authorizedKeys().contains("vigo-scrier-ephemeral"))
                try await lab.startAgent()
                try await lab.expectStripped()
                #expect(try lab.authorizedKeys() == before)
            }
        }

        private func staleLine(of lab: Lab) throws -> String {
            let id = (try lab.envoy()["id"] as? String ?? "").lowercased()
            return """
                restrict,pty,expiry-time="20200101000000",from="127.0.0.1,::1" ssh-ed25519 \
                AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf # vigo-scrier-ephemeral \(id) \(UUID().uuidString.lowercased())

                """
        }

        @Test func `a worker killed in mid-session ends that session alone`() async throws {
            try await Lab.with { lab in
                let victim = try await lab.openShell()
                let worker = try #require(lab.workers().first)
                let other = try await lab.openShell()
                kill(worker, SIGKILL)
                #expect(try await victim.exitStatus() == 255)
                #expect(victim.screen.contains("vigocli: The SSH plugin crashed (SIGKILL)"))
                let failed = try #require(try lab.sessions().first { $0["state"] as? String == "failed" })
                #expect(failed["reason"] as? String == "The SSH plugin crashed (SIGKILL)")
                #expect(try lab.auditActions().count { $0 == "scrier.disconnect" } == 1)
                other.type("echo still $((40+2))\r")
                try await other.expect("still 42")
                other.type("exit\r")
                #expect(try await other.exitStatus() == 0)
            }
        }

        @Test func `a server killed in mid-session is said, and on record after its restart`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                lab.server.kill()
                // What the operator is told while nobody answers.
                try await terminal.expect("the connection to the server was lost, trying again")
                try await lab.startServer()
                #expect(try await terminal.exitStatus(within: .seconds(90)) == 255)
                #expect(terminal.screen.contains("there is no such session, or it is over"), "\(terminal.screen)")
                try await expectRecorded(lab, reason: "the server ended without notice")
                try await lab.expectStripped()
                try await eventually("return of the envoy", within: .seconds(90)) {
                    try lab.envoy()["connected"] as? Bool == true
                }
                let again = try await lab.openShell()
                again.type("exit\r")
                #expect(try await again.exitStatus() == 0)
            }
        }

        @Test func `a client that stops reading is ended by terminate all the same`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                terminal.type("yes | head -c 300000000\r")
                try await terminal.expect("y\r\ny\r\n")
                terminal.pause()
                try await Task.sleep(for: .seconds(1))
                let id = try #require(try lab.sessions().first?["id"] as? String)
                #expect(try lab.cli(["scrier", "terminate", id]).status == 0)
                try await expectRecorded(lab, reason: "terminated")
                terminal.resume()
                #expect(try await terminal.exitStatus(within: .seconds(60)) == 255)
            }
        }

        @Test func `a gigabyte through a session leaves memory flat everywhere`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                let processes = try [lab.server.processID, lab.agent.processID, terminal.processID] + lab.workers()
                // Until every queue has been as full as it gets: on a busy machine that takes more than a few megabytes.
                terminal.type("head -c 250000000 /dev/zero; echo first; \r")
                try await terminal.expect("first\r\n", within: .seconds(60))
                let before = try processes.map(residentBytes)
                terminal.type("head -c 1073741824 /dev/zero; echo sec''ond\r")
                var peak = before
                try await eventually("gigabyte", within: .seconds(600), else: { "\(terminal.totalReceived) bytes" }) {
                    for (index, process) in processes.enumerated() {
                        peak[index] = max(peak[index], try residentBytes(process))
                    }
                    return terminal.screen.contains("second\r\n")
                }
                #expect(terminal.totalReceived > 1_073_741_824)
                for (index, process) in processes.enumerated() {
                    #expect(
                        peak[index] - before[index] < 24 << 20,
                        "process \(process) grew from \(before[index]) to \(peak[index])"
                    )
                }
                terminal.type("exit\r")
                #expect(try await terminal.exitStatus() == 0)
            }
        }

        private func residentBytes(_ process: pid_t) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
            return (Int(status.split(separator: " ")[1]) ?? 0) * 4096
        }

        @Test func `a stopping server ends sessions with a reason`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                await lab.server.stop()
                #expect(try await terminal.exitStatus(within: .seconds(90)) == 255)
                #expect(terminal.screen.contains("stopp"))
                try await lab.startServer()
                try await expectRecorded(lab, reason: "stopp")
            }
        }
    }
}
