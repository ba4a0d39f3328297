import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// From sealed files to an OpenBao and back, as docs/guides/openbao.md says.
    @Suite(.enabled(if: BaoServer.program != nil, "OpenBao is not installed: scripts/install-openbao"))
    struct BackendMoveTests {
        private func section(_ bao: BaoServer, credentials: String) -> String {
            let authority = bao.authority.split(separator: "\n").map { "      \($0)\n" }.joined()
            return """
                secrets:
                  backend: openbao
                  key_file: \(credentials)
                  endpoints: {vault: "127.0.0.1:\(bao.port)"}
                  parameters:
                    address: https://127.0.0.1:\(bao.port)
                    ca: |
                \(authority)
                """
        }

        private func expectAll(_ machine: VaultMachine) throws {
            #expect(try machine.run("list").output == "app/lines\napp/raw/bytes\nlarge\nvigo/web/auth/eve\n")
            #expect(try machine.run("reveal app/lines").output == "two\nlines\n")
            #expect(try machine.run("reveal app/raw/bytes").output == "\u{0}\u{1}\u{7f} base64:\u{e9}")
            #expect(try machine.run("reveal large").output == String(repeating: "0123456789", count: 50_000))
            #expect(try machine.run("reveal vigo/web/auth/eve").output == "Correct-Horse7")
            let verify = try machine.run("verify")
            #expect(verify.status == 0, "\(verify)")
        }

        private func signIn(_ machine: VaultMachine, _ password: String) throws -> String {
            let url = "https://localhost:\(machine.webPort)/api/v1/whoami"
            let words = [
                "-sk", "--max-time", "20", "-o", "/dev/null", "-w", "%{http_code}", "-u", "eve:\(password)", url,
            ]
            return try Command.run(URL(filePath: "/usr/bin/curl"), words).output
        }

        private func secret(_ path: String, _ text: String) throws {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            chmod(path, 0o600)
        }

        @Test(.timeLimit(.minutes(5))) func `all secrets move to an OpenBao, serve from there, and move back`()
            async throws
        {
            let bao = try await BaoServer()
            defer { bao.stop() }
            try await VaultMachine.with { machine in
                let scratch = machine.scratch.path
                let credentials = "\(scratch)/openbao.credentials"
                try secret(credentials, "\(BaoServer.rootToken)\n")
                try secret("\(scratch)/passphrase", "a long passphrase\n")
                let passphrase = "--passphrase-file \(scratch)/passphrase"

                try machine.run("set raw app/lines", input: "two\nlines\n")
                try machine.run("set raw app/raw/bytes", input: "\u{0}\u{1}\u{7f} base64:\u{e9}")
                try machine.run("set raw large", input: String(repeating: "0123456789", count: 50_000))
                try await machine.type(
                    "set password vigo/web/auth/eve",
                    [("Enter password: ", "Correct-Horse7"), ("Confirm password: ", "Correct-Horse7")]
                )
                let out = try machine.run("export --output \(scratch)/first \(passphrase)")
                #expect(out.status == 0 && out.output == "4 secrets written to \(scratch)/first.\n", "\(out)")

                // There, without a server.
                try machine.configure(secrets: section(bao, credentials: credentials))
                #expect(try machine.run("list").output == "")
                let into = try machine.run("import --input \(scratch)/first \(passphrase)")
                #expect(into.status == 0 && into.output == "4 secrets stored.\n", "\(into)")
                try expectAll(machine)
                #expect(
                    try bao.run("kv", "get", "-mount=secret", "-field=value", "vigo/large").output.hasPrefix("base64:")
                )
                // All of it or nothing.
                let again = try machine.run("import --input \(scratch)/first \(passphrase)")
                #expect(again.status == 1 && again.errors.contains("these are there already: app/lines"), "\(again)")

                try await verbs(machine, bao, credentials)

                // With a server, which signs in by what was moved.
                try await machine.startServer()
                #expect(try machine.cli("webusers create --username eve --role viewer").status == 0)
                try await eventually("an open vault", within: .seconds(60)) {
                    try machine.run("status").status == 0
                }
                #expect(try signIn(machine, "Correct-Horse7") == "200")
                #expect(try signIn(machine, "Correct-Horse8") == "401")
                try expectAll(machine)
                let back = try machine.run("export --output \(scratch)/second \(passphrase)")
                #expect(back.status == 0, "\(back)")
                await machine.stopServer()

                // And back, into a vault that has lost everything.
                try machine.configure(secrets: "")
                for key in ["app", "large,sealed", "vigo"] {
                    try FileManager.default.removeItem(at: machine.secrets.appending(path: key))
                }
                #expect(try machine.run("list").output == "")
                let home = try machine.run("import --input \(scratch)/second \(passphrase)")
                #expect(home.status == 0 && home.output == "4 secrets stored.\n", "\(home)")
                try expectAll(machine)
            }
        }

        /// Those that mean something else, or nothing, where the backend has keys of its own.
        private func verbs(_ machine: VaultMachine, _ bao: BaoServer, _ credentials: String) async throws {
            let key = try Data(contentsOf: machine.masterKey)
            let status = try machine.run("status")
            #expect(status.status == 0 && status.output.contains("openbao") && status.output.contains("Credentials:"))
            #expect(
                !status.output.contains("Master key") && !status.output.contains("Key rotation"),
                "\(status.output)"
            )

            let rotation = try machine.run("rotate-key")
            #expect(rotation.status == 1 && rotation.errors.contains("there is no master key to rotate"), "\(rotation)")
            #expect(try Data(contentsOf: machine.masterKey) == key)

            let passphrase = VaultMachine.passphrase
            let made = try machine.terminal("init")
            #expect(try await made.exitStatus() == 1)
            #expect(made.screen.contains("the vault is set up already: \(credentials)"), "\(made.screen)")
            #expect(try machine.run("lock").output == "Vault locked.\n")
            #expect(try machine.run("list").errors.contains("run `vigocli secrets unlock`"))
            try await machine.type("unlock", [("unlock passphrase: ", passphrase)])
            try await machine.type(
                "rotate",
                [
                    ("current passphrase: ", passphrase), ("new passphrase: ", "battery staple"),
                    ("Confirm passphrase: ", "battery staple"),
                ]
            )
            try await machine.type(
                "reset",
                [
                    ("Type RESET to proceed: ", "RESET"), ("new passphrase: ", passphrase),
                    ("Confirm passphrase: ", passphrase),
                ]
            )
            try await machine.type("unlock", [("unlock passphrase: ", passphrase)])

            // Text that another tool wrote, and what cannot be a value.
            #expect(try bao.run("kv", "put", "-mount=secret", "vigo/broken", "value=base64:***").status == 0)
            let verify = try machine.run("verify")
            #expect(verify.status == 1 && verify.output.contains("broken"), "\(verify)")
            #expect(try machine.run("delete broken").status == 0)

            #expect(try bao.run("operator", "seal").status == 0)
            let sealed = try machine.run("status")
            #expect(sealed.status == 1 && sealed.output.contains("bao operator unseal"), "\(sealed)")
            let refused = try machine.run("reveal large")
            #expect(refused.status == 1 && refused.errors.contains("sealed"), "\(refused)")
            #expect(try bao.unseal().status == 0)
            #expect(try machine.run("status").status == 0)
        }
    }
}
