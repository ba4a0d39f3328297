import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The real server with the built-in vault behind it, from the outside.
    @Suite struct WebLoginTests {
        private static let fast = "checkin: {interval: 5s}"
        private static let policy = """
            policy:
              secrets:
                - {pattern: "*", secrets: [app/database]}
            """

        private func cookie(_ answer: String) throws -> String {
            let line = try #require(
                answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("set-cookie:") }
            )
            return String(line.dropFirst("set-cookie:".count).prefix { $0 != ";" }).trimmingCharacters(
                in: .whitespaces
            )
        }

        private func vaultWithUser(_ lab: Lab) async throws {
            #expect(
                try lab.cli(["webusers", "create", "--username", "eve", "--role", "viewer"]).status == 0
            )
            #expect(try lab.signIn("eve", "Correct-Horse7").status == 503)
            try await lab.makeVault()
            try await lab.setPassword("Correct-Horse7", of: "eve")
        }

        @Test(.timeLimit(.minutes(5)))
        func `a password that was set with vigocli signs in, and another one ends that`() async throws {
            try await Lab.with { lab in
                try await vaultWithUser(lab)
                #expect(try lab.signIn("eve", "wrong").status == 401)
                let answer = try lab.signIn("eve", "Correct-Horse7")
                #expect(answer.status == 201, "\(answer)")
                let cookie = "Cookie: " + (try cookie(answer.text))
                let who = try lab.ask("GET", "/api/v1/whoami", headers: [cookie])
                #expect(who.status == 200 && who.text.contains(#""via":"cookie""#), "\(who)")
                #expect(try lab.ask("POST", "/api/v1/logout", headers: [cookie]).status == 403)
                #expect(try lab.cli(["logins", "list"]).output.contains("eve"))
                try await lab.setPassword("Another-Horse8", of: "eve")
                #expect(try lab.ask("GET", "/api/v1/whoami", headers: [cookie]).status == 401)
                #expect(try lab.signIn("eve", "Correct-Horse7").status == 401)
                #expect(try lab.signIn("eve", "Another-Horse8").status == 201)
                let actions = try lab.auditActions()
                for action in ["login.failed", "login.succeeded", "login.ended", "secret.set"] {
                    #expect(actions.contains(action), "\(action)")
                }
                let log = try lab.cli(["audit", "export"]).output + lab.server.output
                #expect(!log.contains("Horse"))
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `a login that waits for a worker which dies is answered by the next one`() async throws {
            try await Lab.with { lab in
                try await vaultWithUser(lab)
                // A server that has seen no failure yet starts the next worker at once.
                await lab.server.stop()
                try await lab.startServer()
                try await eventually("open vault", else: { lab.server.output }) {
                    try lab.signIn("eve", "Correct-Horse7").status == 201
                }
                #expect(try await loginOverADeath(lab).status == 201)
                // A second death within a minute is waited out for longer than a login waits: a sentence, and no lockout.
                let second = try await loginOverADeath(lab)
                let isSentence =
                    second.status == 503 && second.text.contains("the server's vault does not answer")
                #expect(second.status == 201 || isSentence, "\(second)")
                try await eventually("another worker", within: .seconds(60), else: { lab.server.output }) {
                    try lab.signIn("eve", "Correct-Horse7").status == 201
                }
            }
        }

        /// The answer to somebody whose request the worker holds when it is killed.
        private func loginOverADeath(_ lab: Lab) async throws -> (status: Int, text: String) {
            let worker = try lab.vaultWorker()
            kill(worker, SIGSTOP)
            let login = Task.detached { try lab.signIn("eve", "Correct-Horse7") }
            try await Task.sleep(for: .milliseconds(300))
            kill(worker, SIGKILL)
            return try await login.value
        }

        @Test(.timeLimit(.minutes(5)))
        func `an envoy holds what its policy speaks of, and the new value soon after it is set`()
            async throws
        {
            try await Lab.with(configuration: Self.fast + "\n" + Self.policy) { lab in
                try await lab.makeVault()
                try lab.setSecret("app/database", "hunter2\n")
                func held() throws -> String {
                    try Command.run(
                        lab.scratch.appending(path: "bin/vigo"),
                        [
                            "secrets", "--config-dir", lab.scratch.appending(path: "envoy").path, "--state-dir",
                            lab.scratch.appending(path: "state").path,
                        ]
                    ).output
                }
                try await eventually(
                    "the secret on the envoy",
                    within: .seconds(60),
                    else: { lab.agent.output }
                ) {
                    try held().contains("app/database")
                }
                let before = try held()
                try lab.setSecret("app/database", "hunter3\n")
                try await eventually("the new one", within: .seconds(60), else: { lab.agent.output }) {
                    let now = try held()
                    return now != before && now.contains("app/database")
                }
                #expect(try lab.auditActions().filter { $0 == "secret.epoch_resolved" }.count >= 2)
                let all = try lab.cli(["audit", "export"]).output + lab.server.output + lab.agent.output
                #expect(!all.contains("hunter"))
                let sealed = try Data(contentsOf: lab.scratch.appending(path: "state/secrets"))
                #expect(sealed.firstRange(of: Data("hunter".utf8)) == nil)
            }
        }
    }
}
