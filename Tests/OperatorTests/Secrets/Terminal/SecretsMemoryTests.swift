import Foundation
import Glibc
import Lab
import Testing
import Trust
import VaultDouble

@testable import Operator

/// What a debugger of root's finds in the real program, while it is at work, of secrets that it has done with.
@Suite(
    .timeLimit(.minutes(2)),
    .serialized,
    .enabled(if: geteuid() == 0, "only root can read the memory of a process that hides it")
)
struct SecretsMemoryTests {
    /// Of no text in a program.
    private func marker() -> String { "lautir-\(UInt64.random(in: 0...UInt64.max))" }

    private func count(_ bytes: [UInt8], _ terminal: TerminalProgram) throws -> Int {
        try ProcessMemory.count(of: bytes, in: terminal.processID)
    }

    @Test func `a master key is gone when it is in its file`() async throws {
        try await SecretsProgram.with { program in
            let path = program.scratch.places.keyFile
            let terminal = try program.terminal("init")
            try await terminal.expect("Enter unlock passphrase: ")
            let key = Array(try Data(contentsOf: URL(filePath: path)))
            #expect(try count(key, terminal) == 0)
            // What is there is found.
            #expect(try count(Array(path.utf8), terminal) > 0)
            terminal.send(signal: SIGKILL)
            _ = try await terminal.exitStatus()
        }
    }

    @Test func `a passphrase is gone when the next one is asked for`() async throws {
        try await SecretsProgram.with { program in
            let (old, new) = (marker(), marker())
            _ = try program.scratch.unlocked(old)
            let terminal = try program.terminal("rotate")
            try await terminal.expect("Enter current passphrase: ")
            terminal.type("\(old)\n")
            try await terminal.expect("Enter new passphrase: ")
            #expect(try count(Array(old.utf8), terminal) == 0)
            terminal.type("\(new)\n")
            try await terminal.expect("Confirm passphrase: ")
            // It waits to be compared.
            #expect(try count(Array(new.utf8), terminal) > 0)
            let seen = terminal.screen.utf8.count
            terminal.type("another one\n")
            try await terminal.expect("Enter new passphrase: ", after: seen)
            #expect(try count(Array(new.utf8), terminal) == 0)
            terminal.send(signal: SIGKILL)
            _ = try await terminal.exitStatus()
        }
    }

    @Test func `values are gone when they are in the archive`() async throws {
        let marker = marker()
        let filler = String(repeating: "x", count: 600 << 10)
        let vault = MemoryVault(["a": marker, "b": filler, "c": filler, "d": "the next page"])
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            vault.hang(on: "get d", time: 1)
            let archive = "\(program.scratch.scratch)/archive"
            let terminal = try program.terminal("export --output \(archive)")
            for prompt in ["Enter archive passphrase: ", "Confirm passphrase: "] {
                try await terminal.expect(prompt)
                terminal.type("a long passphrase\n")
            }
            try await eventually("the next page", else: { terminal.screen }) { vault.calls.contains("get d") }
            #expect(try count(Array(marker.utf8), terminal) == 0)
            #expect(try count(Array("a long passphrase".utf8), terminal) <= 1)
            vault.answer()
            #expect(try await terminal.exitStatus() == 0)
        }
    }
}
