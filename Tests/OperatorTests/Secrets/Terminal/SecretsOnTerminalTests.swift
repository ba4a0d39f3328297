import Foundation
import Glibc
import Lab
import Testing
import Trust
import VaultDouble

@testable import Operator

/// The real program on a real terminal, as the specification writes it down.
@Suite(.timeLimit(.minutes(3)), .serialized) struct SecretsOnTerminalTests {
    @Test func `the transcript of the specification`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            let places = program.scratch.places
            let made = try await program.converse(
                "init",
                [("Enter unlock passphrase:", "correct horse"), ("Confirm passphrase:", "correct horse")]
            )
            #expect(
                made == """
                      Master key written to \(places.keyFile) (mode 0600).
                      Keep this file safe — losing it means losing access to all encrypted secrets.

                      Set the unlock passphrase for this vault.
                      This passphrase gates every `vigocli secrets` command except init/generate-certs/unlock/lock/rotate/reset.
                    Enter unlock passphrase: \("")
                    Confirm passphrase: \("")
                      Unlock verifier written to \(places.verifier).
                      Run `vigocli secrets unlock` to open the vault.

                    """
            )
            let again = try await program.converse("init", [], status: 1)
            #expect(again.contains("`vigocli secrets rotate`"))
            let locked = try await program.converse("list", [], status: 1)
            #expect(locked == "vigocli: the vault is locked: run `vigocli secrets unlock`\n")
            let wrong = try await program.converse("unlock", [("Enter unlock passphrase:", "battery")], status: 1)
            #expect(wrong == "Enter unlock passphrase: \nvigocli: the passphrase is wrong\n")
            let unlocked = try await program.converse("unlock", [("Enter unlock passphrase:", "correct horse")])
            #expect(unlocked == "Enter unlock passphrase: \nVault unlocked. Idle timeout: 24h0m0s.\n")

            let password = try await program.converse(
                "set password vigo/web/auth/dan",
                [("Enter password:", "Correct-Horse7"), ("Confirm password:", "Correct-Horse7")]
            )
            #expect(password == "Enter password: \nConfirm password: \nStored vigo/web/auth/dan.\n")
            #expect(vault["vigo/web/auth/dan"]?.matches(Secret("Correct-Horse7")) == true)
            let raw = try await program.converse("set raw app/database", [("Enter value:", "hunter2")])
            #expect(raw == "Enter value: \nStored app/database.\n")
            #expect(try await program.converse("list", []) == "app/database\nvigo/web/auth/dan\n")
            #expect(try await program.converse("reveal app/database", []) == "hunter2\n")
            #expect(try await program.converse("delete app/database", []) == "Deleted app/database.\n")
            #expect(vault["app/database"] == nil)

            let rotated = try await program.converse(
                "rotate",
                [
                    ("Enter current passphrase:", "correct horse"), ("Enter new passphrase:", "battery staple"),
                    ("Confirm passphrase:", "battery staple"),
                ]
            )
            #expect(
                rotated.hasSuffix("  Passphrase rotated. Run `vigocli secrets unlock` with the new passphrase.\n")
            )
            _ = try await program.converse("list", [], status: 1)
            let reset = try await program.converse(
                "reset",
                [
                    ("Type RESET to proceed:", "RESET"), ("Enter new passphrase:", "third"),
                    ("Confirm passphrase:", "third"),
                ]
            )
            #expect(
                reset == """
                      This will replace the unlock passphrase without verifying the old one.
                      Type RESET to proceed: RESET
                    Enter new passphrase: \("")
                    Confirm passphrase: \("")
                      Passphrase reset. Run `vigocli secrets unlock` with the new passphrase.

                    """
            )
            _ = try await program.converse("unlock", [("Enter unlock passphrase:", "third")])
            #expect(try await program.converse("lock", []) == "Vault locked.\n")
            _ = try await program.converse("reveal vigo/web/auth/dan", [], status: 1)

            #expect(
                try await program.server.audited() == [
                    "secret.set vigo/web/auth/dan", "secret.set app/database", "secret_accessed app/database",
                    "secret.deleted app/database",
                ]
            )
            let dan = try #require(SecretKey("vigo/web/auth/dan"))
            let database = try #require(SecretKey("app/database"))
            #expect(program.server.changes == [.set(dan), .set(database), .deleted(database)])
        }
    }

    @Test func `nothing that is typed shows, and the terminal is as it was afterwards`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("set raw app/token")
            let before = terminal.attributes.c_lflag
            try await terminal.expect("Enter value: ")
            #expect(terminal.attributes.c_lflag & tcflag_t(ECHO) == 0)
            terminal.type("hunter2\n")
            #expect(try await terminal.exitStatus() == 0)
            #expect(!terminal.everything.contains("hunter2"))
            #expect(terminal.attributes.c_lflag == before)
            #expect(before & tcflag_t(ECHO) != 0)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func `the echo is back after a signal, which has its usual effect`(signal: Int32) async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("unlock")
            try await terminal.expect("Enter unlock passphrase: ")
            #expect(terminal.attributes.c_lflag & tcflag_t(ECHO) == 0)
            terminal.send(signal: signal)
            #expect(try await terminal.exitStatus() == 128 + signal)
            #expect(terminal.attributes.c_lflag & tcflag_t(ECHO) != 0)
        }
    }

    @Test func `Ctrl-C while typing ends it without an echo left off`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("set password vigo/web/auth/dan")
            try await terminal.expect("Enter password: ")
            terminal.type("half a passw\u{3}")
            #expect(try await terminal.exitStatus() == 128 + SIGINT)
            #expect(terminal.attributes.c_lflag & tcflag_t(ECHO) != 0)
            #expect(!terminal.everything.contains("half"))
        }
    }

    @Test func `a stopped command gives the echo back, and asks again when it goes on`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("unlock")
            try await terminal.expect("Enter unlock passphrase: ")
            terminal.send(signal: SIGTSTP)
            try await eventually("an echo") { terminal.attributes.c_lflag & tcflag_t(ECHO) != 0 }
            // Sent until it is heard: a process that has not stopped yet would not notice.
            try await eventually("no echo again") {
                terminal.send(signal: SIGCONT)
                return terminal.attributes.c_lflag & tcflag_t(ECHO) == 0
            }
            terminal.type("correct horse\n")
            #expect(try await terminal.exitStatus() == 0)
            #expect(terminal.everything.contains("Vault unlocked."))
        }
    }

    @Test func `Ctrl-D is no passphrase`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("unlock")
            try await terminal.expect("Enter unlock passphrase: ")
            terminal.type("\u{4}")
            #expect(try await terminal.exitStatus() == 1)
            #expect(terminal.everything.contains("vigocli: nothing was typed"))
        }
    }

    @Test func `a value that a terminal's line would cut off is refused`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let terminal = try program.terminal("set raw app/long")
            try await terminal.expect("Enter value: ")
            terminal.type(String(repeating: "x", count: 5000) + "\n")
            #expect(try await terminal.exitStatus() == 1)
            #expect(terminal.everything.contains("longer values come from a file or a pipe"))
            #expect(vault.calls.isEmpty)
        }
    }

    @Test func `a weak password is refused with what it lacks, before it is typed again`() async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let shown = try await program.converse(
                "set password vigo/web/auth/dan",
                [("Enter password:", "hunter2")],
                status: 1
            )
            #expect(
                shown
                    == "Enter password: \nvigocli: the password is not good enough; it needs at least 12 characters (it has 7), "
                    + "an upper-case letter and a special character, such as ! or -. Nothing was stored\n"
            )
            #expect(vault.calls.isEmpty)
        }
    }

    @Test func `no report of a crash, whatever the environment asks for`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal(
                "unlock",
                environment: ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no"]
            )
            try await terminal.expect("Enter unlock passphrase: ")
            terminal.send(signal: SIGSEGV)
            #expect(try await terminal.exitStatus() == 128 + SIGSEGV)
            #expect(terminal.everything == "Enter unlock passphrase: ")
        }
    }

    @Test func `no core file, whatever the shell allows`() async throws {
        try await SecretsProgram.with { program in
            try program.unlock()
            let terminal = try program.terminal("unlock")
            try await terminal.expect("Enter unlock passphrase: ")
            let limits = try String(contentsOfFile: "/proc/\(terminal.processID)/limits", encoding: .utf8)
            let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") } ?? ""
            #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
            terminal.send(signal: SIGKILL)
            _ = try await terminal.exitStatus()
        }
    }
}
