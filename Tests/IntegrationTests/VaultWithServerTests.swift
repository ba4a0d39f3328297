import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The same commands while a server runs: through its admin socket.
    @Suite struct VaultWithServerTests {
        private func curl(_ machine: VaultMachine, _ path: String, _ options: [String]) throws -> String {
            let url = "https://localhost:\(machine.webPort)\(path)"
            let words = ["-s", "--max-time", "20", "-w", "\n%{http_code}", url] + options
            return try Command.run(URL(filePath: "/usr/bin/curl"), words).output
        }

        @Test func `a server that started without a vault has one as soon as it is made`() async throws {
            try await VaultMachine.with(isSetUp: false) { machine in
                try await machine.startServer()
                let closed = try curl(machine, "/healthz", ["-k"])
                #expect(closed.hasSuffix("200"), "\(closed)")
                try await machine.setUp()
                try await eventually("an open vault", within: .seconds(60)) {
                    try machine.run("status").status == 0
                }
                let status = try machine.run("status")
                #expect(status.output.contains("the server at \(machine.scratch.path)/srv/admin.sock"), "\(status)")
                #expect(try machine.run("set raw app/value", input: "x\n").status == 0)
                #expect(try machine.run("reveal app/value").output == "x\n")
                #expect(try machine.run("verify").status == 0)
                let log = try machine.cli("audit export").output
                #expect(log.contains(#""action":"secret_accessed""#) && log.contains(#""action":"secret.set""#))
                #expect(!log.contains(#""x\n""#))
            }
        }

        @Test func `a password that was set is what its user signs in with, at once and also after a restart`()
            async throws
        {
            try await VaultMachine.with { machine in
                try await machine.startServer()
                #expect(try machine.cli("webusers create --username eve --role viewer").status == 0)
                try await machine.type(
                    "set password vigo/web/auth/eve",
                    [("Enter password: ", "Correct-Horse7"), ("Confirm password: ", "Correct-Horse7")]
                )
                let right = try curl(machine, "/api/v1/whoami", ["-k", "-u", "eve:Correct-Horse7"])
                #expect(right.contains(#""username":"eve""#) && right.hasSuffix("200"), "\(right)")
                #expect(try curl(machine, "/api/v1/whoami", ["-k", "-u", "eve:Correct-Horse8"]).hasSuffix("401"))

                await machine.stopServer()
                try await machine.type(
                    "set password vigo/web/auth/eve",
                    [("Enter password: ", "Battery-Staple8"), ("Confirm password: ", "Battery-Staple8")]
                )
                try await machine.startServer()
                try await eventually("the new password") {
                    try curl(machine, "/api/v1/whoami", ["-k", "-u", "eve:Battery-Staple8"]).hasSuffix("200")
                }
                #expect(try curl(machine, "/api/v1/whoami", ["-k", "-u", "eve:Correct-Horse7"]).hasSuffix("401"))
            }
        }

        @Test func `no process has a secret in its arguments or environment, and none leaves a core file`() async throws
        {
            try await VaultMachine.with { machine in
                try await machine.startServer()
                let marker = "lautir-\(UInt64.random(in: 0...UInt64.max))"
                #expect(try machine.run("set raw app/value", input: marker).status == 0)
                #expect(try machine.run("reveal app/value").output == marker)
                let server = try #require(machine.server?.processID)
                let launcher = try children(of: server)
                let workers = try launcher.flatMap(children)
                #expect(launcher.count == 1 && !workers.isEmpty)
                for process in [server] + workers {
                    let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
                    let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") } ?? ""
                    #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"], "\(process): \(core)")
                    for file in ["cmdline", "environ"] {
                        // A process that hides its memory has these as root's.
                        var status = stat()
                        #expect(
                            stat("/proc/\(process)/\(file)", &status) == 0 && status.st_uid == 0,
                            "\(process) \(file)"
                        )
                        let bytes = try Data(contentsOf: URL(filePath: "/proc/\(process)/\(file)"))
                        #expect(bytes.range(of: Data(marker.utf8)) == nil)
                    }
                }
            }
        }

        private func children(of process: pid_t) throws -> [pid_t] {
            try Command.shell("pgrep -P \(process)").output.split(separator: "\n").compactMap { pid_t($0) }
        }

        @Test func `the network never reaches the vault's administration`() async throws {
            try await VaultMachine.with { machine in
                try await machine.startServer()
                #expect(try machine.run("set raw app/value", input: "hunter2").status == 0)
                try machine.cli("webusers create --username root --role viewer")
                let token = try machine.cli("apitokens create --username root --name test").output
                let header = "Authorization: Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))"
                for path in ["", "/status", "/reveal?key=app/value"] {
                    let method = path.hasPrefix("/reveal") ? "POST" : "GET"
                    let answer = try curl(machine, "/api/v1/secrets\(path)", ["-k", "-X", method, "-H", header])
                    #expect(answer.hasSuffix("403") && !answer.contains("hunter2"), "\(answer)")
                    #expect(try curl(machine, "/api/v1/secrets\(path)", ["-k", "-X", method]).hasSuffix("401"))
                }
            }
        }

        @Test(.timeLimit(.minutes(5))) func `a server that serves lets its master key be rotated, killed and rotated`()
            async throws
        {
            try await VaultMachine.with { machine in
                try await machine.startServer()
                for number in 0..<20 { try machine.run("set raw app/\(number)", input: "value \(number)") }
                let before = try Data(contentsOf: machine.masterKey)
                for round in 0..<6 {
                    let rotation = try machine.terminal("rotate-key")
                    try await Task.sleep(for: .milliseconds(30 + 70 * round))
                    rotation.send(signal: SIGKILL)
                    _ = try await rotation.exitStatus()
                    #expect(try machine.run("set raw during/\(round)", input: "x").status == 0)
                    #expect(try machine.run("reveal app/\(round)").output == "value \(round)")
                }
                let last = try machine.run("rotate-key")
                #expect(last.status == 0, "\(last)")
                #expect(try Data(contentsOf: machine.masterKey) != before)
                await machine.stopServer()
                // By a worker that has nothing but what lies on the disk.
                #expect(try machine.run("verify").status == 0)
                for number in 0..<20 { #expect(try machine.run("reveal app/\(number)").output == "value \(number)") }
                #expect(try machine.run("list --prefix during").output.split(separator: "\n").count == 6)
            }
        }

        @Test func `a server starts with the certificates that were generated`() async throws {
            try await VaultMachine.with(isSetUp: false) { machine in
                let tls = machine.scratch.appending(path: "srv/tls").path
                let made = try machine.run("generate-certs --tls-dir \(tls) --san vigo.example.com")
                #expect(
                    made.status == 0 && made.output.contains("Names: vigo.example.com, localhost, 127.0.0.1"),
                    "\(made)"
                )
                try await machine.startServer()
                let answer = try curl(machine, "/healthz", ["--cacert", "\(tls)/ca"])
                #expect(answer.hasSuffix("200"), "\(answer)")
                let named = try curl(
                    machine,
                    "/healthz",
                    [
                        "--cacert", "\(tls)/ca", "--connect-to", "::localhost:\(machine.webPort)",
                        "https://vigo.example.com/healthz",
                    ]
                )
                #expect(named.hasSuffix("200"), "\(named)")
                #expect(try machine.run("generate-certs --tls-dir \(tls)").status == 1)
            }
        }
    }
}
