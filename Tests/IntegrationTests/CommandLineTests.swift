import Foundation
import Lab
import Testing

/// vigocli as a new user meets it, against a server that runs.
extension IntegrationTests {
    @Suite(.serialized, .sharedLab) struct CommandLineTests {
        private func expectSentence(_ result: Command, _ words: String, status: Int32 = 1) {
            #expect(result.status == status && result.output.isEmpty, "\(result)")
            #expect(
                result.errors.hasPrefix("vigocli: ") && result.errors.split(separator: "\n").count == 1,
                "\(result)"
            )
            #expect(result.errors.contains(words), "\(result)")
        }

        @Test func `every listing is a table for people and a JSON array for programs`() async throws {
            let lab = try Lab.shared
            let shell = try await lab.openShell()
            shell.type("exit 3\r")
            _ = try await shell.exitStatus()
            for line in [
                "approved add *.list.example.com", "tokens generate --pattern list.example.com",
                "webusers create --username lister --role viewer", "apitokens create --username lister --name test",
            ] {
                #expect(try lab.cli(line.split(separator: " ").map(String.init)).status == 0, "\(line)")
            }
            let listings = [
                "envoys list", "tokens list", "approved list", "webusers list", "apitokens list", "plugins list",
                "scrier sessions --all", "envoys list --status active", "scrier sessions --state closed",
            ]
            for listing in listings {
                let words = listing.split(separator: " ").map(String.init)
                let json = try lab.cli(words + ["--output", "json"])
                #expect(json.status == 0 && json.errors.isEmpty, "\(listing)")
                let items = try #require(
                    try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
                )
                #expect(!items.isEmpty, "\(listing)")
                let table = try lab.cli(words)
                #expect(table.status == 0 && table.errors.isEmpty)
                // One line for the names of the columns, one for each item.
                #expect(table.output.split(separator: "\n").count == items.count + 1, "\(listing): \(table.output)")
            }
            for listing in ["envoys list --status revoked", "scrier sessions", "scrier sessions --state failed"] {
                let words = listing.split(separator: " ").map(String.init)
                #expect(
                    try lab.cli(words + ["--output", "json"]).output.filter { !$0.isWhitespace } == "[]",
                    "\(listing)"
                )
                #expect(try lab.cli(words).status == 0)
            }
            #expect(
                try lab.cli(["plugins", "list", "-o", "json"]).output
                    == lab.cli(["plugins", "list", "--output", "json"]).output
            )
            let shown = [
                "status", "whoami", "audit verify", "plugins show ssh",
                "envoys show \(ProcessInfo.processInfo.hostName)",
            ]
            for line in shown {
                let json = try lab.cli(line.split(separator: " ").map(String.init) + ["--output", "json"])
                #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any], "\(line)")
            }
        }

        @Test func `what does not exist is said by its name, and what to do`() throws {
            let lab = try Lab.shared
            let id = UUID().uuidString.lowercased()
            for verb in ["show", "approve", "revoke", "delete"] {
                expectSentence(try lab.cli(["envoys", verb, "nobody"]), "nobody")
                expectSentence(try lab.cli(["envoys", verb, id]), id)
            }
            expectSentence(try lab.cli(["scrier", "terminate", id]), "there is no such session")
            expectSentence(try lab.cli(["scrier", "terminate", "x"]), "expected a UUID")
            expectSentence(try lab.cli(["tokens", "revoke", "x"]), "no such enrollment token")
            expectSentence(try lab.cli(["approved", "remove", "nothing"]), "nothing")
            expectSentence(try lab.cli(["apitokens", "revoke", "x"]), "no such API token")
            expectSentence(try lab.cli(["apitokens", "create", "--username", "nobody", "--name", "x"]), "nobody")
            expectSentence(try lab.cli(["webusers", "delete", "--username", "nobody"]), "nobody")
            expectSentence(try lab.cli(["plugins", "show", "x11"]), "x11")
            expectSentence(try lab.cli(["tokens", "generate", "--pattern", "a b"]), "pattern")
            expectSentence(try lab.cli(["approved", "add", "a/b"]), "pattern")
            expectSentence(try lab.cli(["audit", "verify", "--file", "/nonexistent"]), "/nonexistent")
        }

        @Test(arguments: ["/etc/shadow", "/nonexistent.pub", "/bin/true", "/etc", "/dev/null", "/etc/passwd"])
        func `a file that is no public key is said before anything is asked for`(file: String) async throws {
            let terminal = try TerminalProgram(
                Lab.program("vigocli"),
                ["scrier", "ssh", "web", "--ssh-key-file", file],
                environment: Lab.shared.operatorEnvironment
            )
            #expect(try await terminal.exitStatus() == 255)
            #expect(terminal.screen.contains("vigocli: ") && terminal.screen.contains(file), "\(terminal.screen)")
        }

        /// From nothing to a role that may look and not touch, by what the documentation tells.
        @Test func `a viewer with a token sees and changes nothing`() throws {
            let lab = try Lab.shared
            #expect(try lab.cli(["webusers", "create", "--username", "eve", "--role", "viewer"]).status == 0)
            let made = try lab.cli(["apitokens", "create", "--username", "eve", "--name", "laptop"])
            let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(token.hasPrefix("vst_") && !made.errors.isEmpty)
            let home = lab.scratch.appending(path: "eve").path
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            let ca = "\(lab.scratch.path)/server/tls/ca_cert"
            let server = "https://127.0.0.1:\(lab.webPort)"
            let eve = ["VIGO_ADMIN_SOCKET": "", "HOME": home, "XDG_CONFIG_HOME": ""]
            let written = try Command.run(
                Lab.program("vigocli"),
                ["config", "set-server", server, "--ca-file", ca, "--token-stdin"],
                environment: eve,
                input: token + "\n"
            )
            #expect(written.status == 0, "\(written)")
            let shown = try lab.cli(["config", "show"], environment: eve)
            #expect(shown.output.contains(server) && !shown.output.contains(token))
            let whoami = try lab.cli(["whoami"], environment: eve)
            #expect(whoami.output.contains("eve") && whoami.output.contains("viewer"))
            #expect(try lab.cli(["envoys", "list"], environment: eve).status == 0)
            expectSentence(
                try lab.cli(["envoys", "revoke", ProcessInfo.processInfo.hostName], environment: eve),
                "this needs the role admin"
            )
            expectSentence(try lab.cli(["webusers", "list"], environment: eve), "this needs the role admin")
            expectSentence(
                try lab.cli(["status"], environment: eve.merging(["VIGO_TOKEN": "vst_wrong"]) { $1 }),
                "does not accept the API token"
            )
            expectSentence(
                try lab.cli(["status"], environment: eve.merging(["VIGO_CA_FILE": "/etc/passwd"]) { $1 }),
                "/etc/passwd holds no certificate"
            )
            #expect(try lab.cli(["webusers", "delete", "--username", "eve"]).status == 0)
            expectSentence(try lab.cli(["whoami"], environment: eve), "does not accept the API token")
        }

        @Test func `a broken pipe and a full disk at stdout end a listing without a trace`() throws {
            let lab = try Lab.shared
            let vigocli = Lab.program("vigocli").path
            for line in ["envoys list", "audit export", "audit verify", "plugins list --output json"] {
                let full = try Command.shell("'\(vigocli)' \(line) >/dev/full", environment: lab.operatorEnvironment)
                expectSentence(full, "stdout: No space left on device")
            }
            let piped = try Command.shell("'\(vigocli)' audit export | true", environment: lab.operatorEnvironment)
            #expect(!piped.errors.contains("Fatal") && !piped.errors.contains(".swift"), "\(piped.errors)")
        }
    }
}
