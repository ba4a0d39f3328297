import Corpus
import Foundation
import Glibc
import Lab
import Testing
import Trust
import VaultDouble

@testable import Operator

/// The real program in scripts: pipes and files, refusals, exit codes.
@Suite(.timeLimit(.minutes(3)), .serialized) struct SecretsWithoutTerminalTests {
    @Test(arguments: ["init", "unlock", "rotate", "reset"])
    func `what asks for passphrases needs a terminal`(verb: String) async throws {
        try await SecretsProgram.with { program in
            if verb != "init" { try program.unlock() }
            let answer = try program.run(verb, input: "correct horse\ncorrect horse\n")
            #expect(answer.status == 1)
            #expect(answer.errors == "vigocli: secrets \(verb) needs a terminal\n")
        }
    }

    @Test func `a password is typed and never piped`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let answer = try program.run("set password vigo/web/auth/dan", input: "Correct-Horse7\nCorrect-Horse7\n")
            #expect(answer.status == 1)
            #expect(answer.errors == "vigocli: secrets set password needs a terminal\n")
            #expect(vault.calls.isEmpty)
        }
    }

    @Test(arguments: ["x", "line\n", "two\nlines\n\n", " spaces \t", "\r\n", "ünï"])
    func `a piped value is stored byte for byte, and comes back so`(value: String) async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let stored = try program.run("set raw app/value", input: value)
            #expect(stored.status == 0 && stored.output == "Stored app/value.\n" && stored.errors.isEmpty)
            #expect(vault["app/value"]?.matches(Secret(value)) == true)
            let revealed = try program.run("reveal app/value")
            #expect(revealed.output == value && revealed.status == 0)
        }
    }

    @Test func `a real pipe, a file, and a megabyte of any bytes`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let file = "\(program.scratch.scratch)/bytes"
            var random = SeededGenerator(seed: 1)
            let bytes = (0..<1 << 20).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            try Data(bytes).write(to: URL(filePath: file))
            #expect(try program.run("set raw from/file --from-file \(file)").status == 0)
            #expect(vault["from/file"]?.matches(bytes) == true)
            let line =
                "cat \(file) | VIGO_ADMIN_SOCKET=\(program.server.socket) \(Lab.program("vigocli").path) secrets set raw from/pipe --secrets-dir \(program.scratch.places.directory)"
            #expect(try Command.shell(line).status == 0)
            #expect(vault["from/pipe"]?.matches(bytes) == true)
            try Data(bytes + [0]).write(to: URL(filePath: file))
            #expect(try program.run("set raw too/large --from-file \(file)").errors.contains("more than 1 MiB"))
            #expect(vault["too/large"] == nil)
        }
    }

    @Test func `an empty pipe is what a failed command leaves, and stores nothing`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let answer = try program.run("set raw app/value", input: "")
            #expect(answer.status == 1 && answer.errors == "vigocli: stdin is empty; nothing was stored\n")
            #expect(vault.calls.isEmpty)
        }
    }

    @Test(arguments: [
        "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".", "..", "a/./b", "a\\b", "a%2fb", "ä", "a:b", "*",
        String(repeating: "x", count: 201), String(repeating: "x/", count: 300) + "x",
    ])
    func `names that are none are refused before anything is asked`(key: String) async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            for verb in ["reveal", "delete", "set raw", "set password"] {
                #expect(try program.run("\(verb) \(key)", input: "x").status == 64)
            }
            #expect(vault.calls.isEmpty)
        }
    }

    @Test(arguments: [
        "set raw app/value", "set password app/value", "reveal app/value", "delete app/value", "list", "verify",
        "rotate-key",
        "export --output /nonexistent/archive", "import --input /nonexistent/archive",
    ])
    func `every gated command refuses while the vault is locked`(line: String) async throws {
        let vault = MemoryVault(["app/value": "x"])
        try await SecretsProgram.with(vault) { program in
            let unset = try program.run(line, input: "x")
            #expect(unset.status == 1)
            #expect(unset.errors == "vigocli: the vault is not set up here: run `vigocli secrets init`\n")
            try program.unlock()
            try program.scratch.lock().close()
            let answer = try program.run(line, input: "x")
            #expect(answer.status == 1 && answer.output.isEmpty)
            #expect(answer.errors == "vigocli: the vault is locked: run `vigocli secrets unlock`\n")
            #expect(vault.calls.isEmpty)
            #expect(try await program.server.audited().isEmpty)
        }
    }

    @Test func `each gated command slides the time-out on`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let sentinel = program.scratch.places.sentinel
            let soon = Int64(time(nil)) + 60
            try "\(soon)\n".write(toFile: sentinel, atomically: false, encoding: .utf8)
            #expect(try program.run("list").status == 0)
            let closes = try #require(UnlockGate(sentinel: Array(program.scratch.text(sentinel)!.utf8)).closes)
            #expect(closes > soon + 80_000)
            try "\(Int64(time(nil)) + 100_000)\n".write(toFile: sentinel, atomically: false, encoding: .utf8)
            #expect(try program.run("list").status == 1)
        }
    }

    @Test func `what is not there is said, with exit code 1`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            for verb in ["reveal", "delete"] {
                let answer = try program.run("\(verb) app/none")
                #expect(answer.status == 1 && answer.output.isEmpty)
                #expect(answer.errors == "vigocli: there is no secret app/none\n")
            }
        }
    }

    @Test func `list and verify speak JSON`() async throws {
        let vault = MemoryVault(["b/2": "x", "a/1": "y", "a/0": "z"])
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let list = try program.run("list --output json --prefix a/")
            #expect(list.output.filter { !$0.isWhitespace } == #"[{"key":"a/0"},{"key":"a/1"}]"#)
            #expect(try program.run("list").output == "a/0\na/1\nb/2\n")
            #expect(try program.run("verify").output == "Every secret is whole and in its place.\n")
            vault.find([.init(name: "a/0", problem: "the ciphertext was changed")])
            let verify = try program.run("verify")
            #expect(verify.status == 1 && verify.output.contains("a/0"))
            let json = try program.run("verify -o json")
            #expect(json.status == 1)
            #expect(
                json.output.filter { !$0.isWhitespace }
                    == #"[{"name":"a/0","problem":"theciphertextwaschanged"}]"#
            )
        }
    }

    @Test func `status tells what is in front of the gate, and what is behind it when it is open`() async throws {
        try await SecretsProgram.with { program in
            let fresh = try program.run("status --output json")
            #expect(fresh.status == 1 && fresh.output.contains(#""gate": "not_set_up""#))
            // Where nothing was made yet, nothing is wrong with it either.
            #expect(fresh.output.contains(#""has_master_key": false"#) && fresh.output.contains(#""rotation": "idle""#))
            try program.unlock()
            let open = try program.run("status")
            #expect(open.status == 0)
            for part in [
                "unlocked until", "Master key:    there", "none under way", "memory",
                "the server at \(program.server.socket)",
            ] {
                #expect(open.output.contains(part), "\(open.output)")
            }
            try program.scratch.lock().close()
            let locked = try program.run("status")
            #expect(locked.status == 1 && locked.output.contains("locked: run") && !locked.output.contains("memory"))
        }
    }

    @Test func `an archive goes from one vault to another, with the passphrase in a file`() async throws {
        let secrets = Dictionary(uniqueKeysWithValues: (0..<250).map { ("app/\($0)", "value \($0)\n") })
        let scratch = try ScratchVault()
        let (archive, passphrase) = ("\(scratch.scratch)/archive", "\(scratch.scratch)/passphrase")
        try "a long passphrase\n".write(toFile: passphrase, atomically: false, encoding: .utf8)
        chmod(passphrase, 0o600)
        let options = "--passphrase-file \(passphrase)"
        try await SecretsProgram.with(MemoryVault(secrets)) { program in
            try program.unlock()
            let answer = try program.run("export --output \(archive) \(options)")
            #expect(answer.output == "250 secrets written to \(archive).\n" && answer.status == 0, "\(answer)")
            #expect(try await program.server.audited().filter { $0.hasPrefix("secret_accessed ") }.count == 250)
            #expect(try program.run("export --output \(archive) \(options)").errors.contains("--force replaces it"))
        }
        let other = MemoryVault()
        try await SecretsProgram.with(other) { program in
            try program.unlock()
            #expect(try program.run("import --input \(archive) \(options)").output == "250 secrets stored.\n")
            for (key, value) in secrets { #expect(other[key]?.matches(Secret(value)) == true) }
            #expect(try program.run("import --input \(archive) \(options)").status == 1)
            #expect(try program.run("import --force --input \(archive) \(options)").status == 0)
        }
    }

    @Test func `a secret that cannot be recorded is not shown`() async throws {
        let vault = MemoryVault(["app/value": "hunter2"])
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            try program.server.refuseRecords()
            let answer = try program.run("reveal app/value")
            #expect(answer.status == 1 && answer.output.isEmpty)
            #expect(answer.errors.hasPrefix("vigocli: nothing was done: the audit log cannot be written ("))
            #expect(!answer.errors.contains("hunter2"))
        }
    }

    @Test func `a server of another vault is not mistaken for ours`() async throws {
        try await SecretsProgram.with { program in
            let other = try ScratchVault()
            _ = try other.unlocked()
            try GuardedFile.write(UnlockGate(usedAt: Int64(time(nil))).sentinel, to: other.places.sentinel)
            let answer = try Command.run(
                Lab.program("vigocli"),
                ["secrets", "list", "--secrets-dir", other.places.directory],
                environment: ["VIGO_ADMIN_SOCKET": program.server.socket]
            )
            #expect(answer.status == 1)
            #expect(
                answer.errors.contains("keeps its secrets in \(program.scratch.places.directory): pass --secrets-dir")
            )
        }
    }
}
