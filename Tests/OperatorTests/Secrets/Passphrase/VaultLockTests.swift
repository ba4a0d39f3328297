import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct VaultLockTests {
    private let vault = try! ScratchVault()

    private func refusal(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }

    @Test func `without a passphrase the way to one is named`() {
        #expect(
            refusal { try vault.lock().requireOpen() } == "the vault is not set up here: run `vigocli secrets init`"
        )
    }

    @Test func `each use slides the time-out on`() throws {
        let lock = try vault.unlocked()
        for _ in 0..<5 {
            vault.pass(86_399)
            try lock.requireOpen()
        }
        vault.pass(86_400)
        #expect(refusal { try lock.requireOpen() } == "the vault is locked: run `vigocli secrets unlock`")
        // A refusal is no use.
        #expect(refusal { try lock.requireOpen() } != nil)
    }

    @Test func `locking removes the sentinel`() throws {
        let lock = try vault.unlocked()
        #expect(vault.mode(vault.places.sentinel) == 0o600)
        #expect(try lock.close())
        #expect(!FileManager.default.fileExists(atPath: vault.places.sentinel))
        #expect(try !lock.close())
        #expect(refusal { try lock.requireOpen() } != nil)
    }

    @Test func `a sentinel that others may write, or a link, opens nothing`() throws {
        let lock = try vault.unlocked()
        chmod(vault.places.sentinel, 0o666)
        #expect(refusal { try lock.requireOpen() } != nil)
        try lock.close()
        symlink("/etc/hostname", vault.places.sentinel)
        #expect(refusal { try lock.requireOpen() } != nil)
    }

    @Test func `a wrong passphrase is told, and slows its typist down across invocations`() throws {
        _ = try vault.unlocked("right")
        for _ in 0..<3 { #expect(refusal { try vault.lock().check(Secret("wrong")) } == "the passphrase is wrong") }
        #expect(
            refusal { try vault.lock().check(Secret("right")) } == "too many wrong passphrases: wait 1 second"
        )
        vault.pass(1)
        #expect(refusal { try vault.lock().check(Secret("wrong")) } == "the passphrase is wrong")
        #expect(
            refusal { try vault.lock().check(Secret("right")) } == "too many wrong passphrases: wait 2 seconds"
        )
        // The owner, who is somebody else, does not wait.
        try vault.lock("2000").check(Secret("right"))
        vault.pass(2)
        try vault.lock().check(Secret("right"))
        try vault.lock().check(Secret("right"))
        #expect(vault.mode(vault.places.failures) == 0o600)
    }

    @Test func `an attempt counts before it is decided`() throws {
        _ = try vault.unlocked("right")
        try FileManager.default.removeItem(atPath: vault.places.verifier)
        #expect(refusal { try vault.lock().check(Secret("right")) }?.contains("vigocli secrets init") == true)
        // A verifier that cannot be read costs nobody an attempt; a killed attempt would have.
        #expect(!FileManager.default.fileExists(atPath: vault.places.failures))
    }

    @Test func `a damaged verifier is said, and how to get a new one`() throws {
        _ = try vault.unlocked()
        try "{".write(toFile: vault.places.verifier, atomically: false, encoding: .utf8)
        chmod(vault.places.verifier, 0o600)
        let sentence = refusal { try vault.lock().check(Secret("correct horse")) }
        #expect(sentence == "\(vault.places.verifier) is damaged: `vigocli secrets reset` writes a new one")
    }

    @Test func `attempts of many processes at once are all counted`() async throws {
        _ = try vault.unlocked("right")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try? vault.lock().check(Secret("wrong")) } }
        }
        // Three were free; the rest found that they had to wait.
        #expect(
            FailedUnlocks(file: Array(vault.text(vault.places.failures)!.utf8)).wait(for: "1000", at: vault.now) == 1
        )
    }
}
