import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The vault without a server: what root types, down to the sealed files.
    @Suite struct VaultTests {
        @Test func `a vault is made, filled, read and emptied`() async throws {
            try await VaultMachine.with { machine in
                try await machine.type(
                    "set password vigo/web/auth/dan",
                    [("Enter password: ", "Correct-Horse7"), ("Confirm password: ", "Correct-Horse7")]
                )
                #expect(try machine.run("set raw app/value", input: "two\nlines\n").status == 0)
                #expect(try machine.run("list").output == "app/value\nvigo/web/auth/dan\n")
                #expect(try machine.run("reveal vigo/web/auth/dan").output == "Correct-Horse7")
                #expect(try machine.run("reveal app/value").output == "two\nlines\n")
                #expect(try machine.run("verify").status == 0)
                #expect(try machine.run("delete app/value").status == 0)
                #expect(try machine.run("reveal app/value").status == 1)
                let status = try machine.run("status")
                #expect(status.status == 0 && status.output.contains("this command"), "\(status)")
                // Nothing of it stays behind.
                let left = try FileManager.default.contentsOfDirectory(atPath: machine.scratch.path + "/srv")
                #expect(!left.contains { $0.hasPrefix(".vault-") })
            }
        }

        @Test func `what is shown is on record in the server's audit log`() async throws {
            try await VaultMachine.with { machine in
                #expect(try machine.run("set raw app/value", input: "hunter2").status == 0)
                #expect(try machine.run("reveal app/value").status == 0)
                let database = machine.scratch.path + "/srv/vigo.db"
                let log = try Command.run(
                    URL(filePath: "/usr/bin/sqlite3"),
                    [database, "SELECT action, subject FROM audit ORDER BY sequence"]
                )
                #expect(log.output == "secret.set|app/value\nsecret_accessed|app/value\n", "\(log)")
                // An audit log that cannot be written to: nothing is shown.
                let full =
                    "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
                try Command.run(URL(filePath: "/usr/bin/sqlite3"), [database, full])
                let answer = try machine.run("reveal app/value")
                #expect(answer.status == 1 && !answer.output.contains("hunter2"))
                #expect(answer.errors.contains("the audit log cannot be written"))
            }
        }

        @Test func `a damaged file is named, and the exit code says so`() async throws {
            try await VaultMachine.with { machine in
                for key in ["a", "b", "c"] { #expect(try machine.run("set raw \(key)", input: key).status == 0) }
                let path = machine.secrets.appending(path: "b,sealed")
                var bytes = try Data(contentsOf: path)
                bytes[bytes.count - 1] ^= 1
                try bytes.write(to: path)
                let verify = try machine.run("verify --output json")
                #expect(verify.status == 1)
                #expect(verify.output.contains(#""name": "b""#), "\(verify.output)")
                let rotation = try machine.run("rotate-key")
                #expect(rotation.status == 1 && rotation.errors.contains("`vigocli secrets verify` finds a problem"))
            }
        }

        @Test func `commands at the same time wait for each other`() async throws {
            try await VaultMachine.with { machine in
                let answers = try await withThrowingTaskGroup(of: Command.self) { group in
                    for number in 0..<6 {
                        group.addTask { try machine.run("set raw app/\(number)", input: "\(number)") }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for answer in answers { #expect(answer.status == 0, "\(answer)") }
                #expect(try machine.run("list").output.split(separator: "\n").count == 6)
            }
        }

        @Test func `an archive opens in another vault`() async throws {
            let archive = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: archive) }
            let passphrase = [
                ("archive passphrase: ", "a long passphrase"), ("Confirm passphrase: ", "a long passphrase"),
            ]
            try await VaultMachine.with { machine in
                for number in 0..<5 { try machine.run("set raw app/\(number)", input: "value \(number)") }
                try await machine.type("export --output \(archive)", passphrase)
            }
            try await VaultMachine.with { machine in
                try await machine.type("import --input \(archive)", [passphrase[0]])
                #expect(try machine.run("reveal app/3").output == "value 3")
                #expect(try machine.run("verify").status == 0)
            }
        }

        /// Wherever it is hit, nothing is lost, and the next one comes to the end.
        @Test(.timeLimit(.minutes(5))) func `a rotation may be killed at any moment`() async throws {
            try await VaultMachine.with { machine in
                for number in 0..<30 { try machine.run("set raw app/\(number)", input: "value \(number)") }
                let before = try Data(contentsOf: machine.masterKey)
                var stages: Set<String> = []
                for round in 0..<12 {
                    let rotation = try machine.terminal("rotate-key")
                    try await Task.sleep(for: .milliseconds(40 + 60 * round))
                    rotation.send(signal: SIGKILL)
                    _ = try await rotation.exitStatus()
                    let files = try FileManager.default.contentsOfDirectory(atPath: machine.secrets.path)
                    stages.insert(files.filter { $0.hasPrefix(".master") }.sorted().joined(separator: " "))
                    let number = Int.random(in: 0..<30)
                    #expect(try machine.run("reveal app/\(number)").output == "value \(number)", "round \(round)")
                    let put = try machine.run("set raw during/\(round)", input: "x")
                    #expect(put.status == 0, "round \(round): \(put)")
                }
                let last = try machine.run("rotate-key")
                #expect(last.status == 0, "\(last) after \(stages)")
                #expect(try machine.run("verify").status == 0)
                #expect(try Data(contentsOf: machine.masterKey) != before)
                let files = try FileManager.default.contentsOfDirectory(atPath: machine.secrets.path)
                #expect(files.filter { $0.hasPrefix(".master") } == [".master.key"])
                for number in 0..<30 {
                    #expect(try machine.run("reveal app/\(number)").output == "value \(number)")
                }
            }
        }
    }
}
