import Foundation
import Lab
import Testing

/// What stands where a user's authorized_keys should: the agent, which is root, goes nowhere by it.
extension IntegrationTests {
    @Suite(.serialized, .sharedLab) struct AuthorizedKeysLinkTests {
        /// Puts something in the place of the file, and expects the promised refusal with the reason in the agent's log.
        private func expectRefused(_ what: String, reason: String, replace: (Lab) throws -> Void) async throws {
            let lab = try Lab.shared
            let key = try String(contentsOf: lab.user.publicKeyFile, encoding: .utf8)
            try Command.shell("rm -rf '\(lab.user.authorizedKeys.path)'")
            try replace(lab)
            let before = lab.agent.output.count
            let terminal = try lab.ssh()
            #expect(try await terminal.exitStatus() == 255, "\(what)")
            #expect(terminal.screen.contains("SSH pubkey not authorized on this envoy"), "\(what): \(terminal.screen)")
            let log = String(lab.agent.output.dropFirst(before))
            #expect(log.contains("authorized_keys of \(lab.user.name) is passed over: \(reason)"), "\(what): \(log)")
            // As it should be again: the same user gets in.
            try Command.shell(
                """
                rm -rf '\(lab.user.authorizedKeys.path)'
                install -m 0600 -o \(lab.user.name) -g \(lab.user.name) '\(lab.user.publicKeyFile.path)' '\(lab.user.authorizedKeys.path)'
                """
            )
            #expect(try lab.authorizedKeys() == key)
            let shell = try await lab.openShell()
            shell.type("exit\r")
            #expect(try await shell.exitStatus() == 0)
        }

        private func link(_ lab: Lab, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: lab.user.authorizedKeys.path,
                withDestinationPath: target
            )
        }

        @Test func `a user who links it to the shadow file gets nowhere`() async throws {
            let shadow = try String(contentsOfFile: "/etc/shadow", encoding: .utf8)
            try await expectRefused("shadow", reason: "a symbolic link leads to it") { try link($0, to: "/etc/shadow") }
            #expect(try String(contentsOfFile: "/etc/shadow", encoding: .utf8) == shadow)
        }

        /// The shadow file holds no key: whoever followed that link would find nothing either. These hold it.
        @Test(arguments: [("root", "0600"), ("root", "0644"), ("root", "0666"), ("USER", "0600")])
        func `a link is not followed, even to a file that holds the key`(owner: String, mode: String) async throws {
            let lab = try Lab.shared
            let target = "/etc/scrier-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: target) }
            let owner = owner == "USER" ? lab.user.name : owner
            try Command.shell("install -m \(mode) -o \(owner) '\(lab.user.publicKeyFile.path)' '\(target)'")
            let text = try String(contentsOfFile: target, encoding: .utf8)
            let status = try Command.shell("stat -c '%U %a %Y %i' '\(target)'").output
            try await expectRefused("\(mode) of \(owner)", reason: "a symbolic link leads to it") {
                try link($0, to: target)
            }
            #expect(try String(contentsOfFile: target, encoding: .utf8) == text)
            #expect(try Command.shell("stat -c '%U %a %Y %i' '\(target)'").output == status)
        }

        @Test(arguments: ["mkfifo", "mkdir"]) func `what is no regular file is not opened`(command: String) async throws
        {
            try await expectRefused(command, reason: "it is not a regular file") { lab in
                try Command.shell(
                    "\(command) '\(lab.user.authorizedKeys.path)' && chown \(lab.user.name) '\(lab.user.authorizedKeys.path)'"
                )
            }
        }
    }
}
