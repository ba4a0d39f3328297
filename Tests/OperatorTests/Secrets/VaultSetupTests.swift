import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct VaultSetupTests {
    private let vault = try! ScratchVault()
    private var places: VaultPlaces { vault.places }

    private func refusal(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }

    @Test func `init says what the specification says, word for word`() throws {
        let prompter = ScriptedPrompter(["first", "first"])
        try vault.setup(prompter).initialize(VaultSettings(workerGroup: getgid()))
        #expect(
            prompter.transcript == [
                "  Master key written to \(places.keyFile) (mode 0600).",
                "  Keep this file safe — losing it means losing access to all encrypted secrets.",
                "",
                "  Set the unlock passphrase for this vault.",
                "  This passphrase gates every `vigocli secrets` command except init/generate-certs/unlock/lock/rotate/reset.",
                "Enter unlock passphrase: ",
                "Confirm passphrase: ",
                "  Unlock verifier written to \(places.verifier).",
                "  Run `vigocli secrets unlock` to open the vault.",
            ]
        )
        #expect(vault.mode(places.keyFile) == 0o600)
        #expect(vault.mode(places.verifier) == 0o600)
        #expect(ScratchVault.status(places.keyFile).st_size == 32)
        // The vault is not open yet.
        #expect(!FileManager.default.fileExists(atPath: places.sentinel))
    }

    @Test(.enabled(if: geteuid() == 0)) func `the directory is root's, and the worker may make files in it`() throws {
        try vault.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings())
        let status = ScratchVault.status(places.directory)
        #expect(status.st_uid == 0 && status.st_gid == 60_999 && status.st_mode & 0o7777 == 0o1770)
    }

    @Test func `another backend gets a passphrase and no key, and where its credentials belong is said`() throws {
        let prompter = ScriptedPrompter(["first", "first"])
        let settings = VaultSettings(keyFile: places.keyFile, workerGroup: getgid(), needsMasterKey: false)
        let lock = vault.lock().with(settings)
        try VaultSetup(lock, prompter).initialize(settings)
        #expect(!FileManager.default.fileExists(atPath: places.keyFile))
        #expect(
            prompter.transcript.contains {
                $0.hasPrefix("  \(places.keyFile) is not there yet: the backend's credentials")
            }
        )
        #expect(!prompter.transcript.contains { $0.contains("aster key") })
        let sentence = refusal { try VaultSetup(lock, ScriptedPrompter()).reset() }
        #expect(sentence?.contains("only who can read the backend's credentials") == true)
        let overview = try VaultOverview(lock, now: vault.now)
        #expect(overview.hasMasterKey == nil && overview.hasCredentials == false && overview.rotation == nil)
    }

    @Test func `with both there it refuses, names rotate, and changes nothing`() throws {
        try vault.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings(workerGroup: getgid()))
        let (key, verifier) = (try Data(contentsOf: URL(filePath: places.keyFile)), vault.text(places.verifier))
        let sentence = refusal {
            try vault.setup(ScriptedPrompter(["x", "x"])).initialize(VaultSettings(workerGroup: getgid()))
        }
        #expect(sentence?.contains("`vigocli secrets rotate`") == true)
        #expect(try Data(contentsOf: URL(filePath: places.keyFile)) == key)
        #expect(vault.text(places.verifier) == verifier)
    }

    @Test func `a vault from before there were passphrases keeps its key`() throws {
        try vault.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings(workerGroup: getgid()))
        unlink(places.verifier)
        let key = try Data(contentsOf: URL(filePath: places.keyFile))
        let prompter = ScriptedPrompter(["second", "second"])
        try vault.setup(prompter).initialize(VaultSettings(workerGroup: getgid()))
        #expect(prompter.transcript.first == "  Set the unlock passphrase for this vault.")
        #expect(try Data(contentsOf: URL(filePath: places.keyFile)) == key)
        try vault.lock().check(Secret("second"))
    }

    @Test func `a passphrase without a key keeps standing, and strange secrets are pointed out`() throws {
        try vault.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings(workerGroup: getgid()))
        unlink(places.keyFile)
        try "sealed".write(toFile: "\(places.directory)/app", atomically: false, encoding: .utf8)
        let prompter = ScriptedPrompter()
        try vault.setup(prompter).initialize(VaultSettings(workerGroup: getgid()))
        #expect(prompter.transcript.contains { $0.contains("sealed with another master key") })
        #expect(prompter.transcript.contains { $0.contains("The unlock passphrase stays as it is") })
        try vault.lock().check(Secret("first"))
    }

    @Test func `a passphrase typed differently is asked again, and after three times given up`() throws {
        let prompter = ScriptedPrompter(["one", "two", "first", "first"])
        try vault.setup(prompter).initialize(VaultSettings(workerGroup: getgid()))
        try vault.lock().check(Secret("first"))

        let other = try ScratchVault()
        let clumsy = ScriptedPrompter(["a", "b", "a", "b", "a", "b"])
        let sentence = refusal { try other.setup(clumsy).initialize(VaultSettings(workerGroup: getgid())) }
        #expect(sentence == "the passphrase was not typed twice alike; nothing was changed")
        #expect(!FileManager.default.fileExists(atPath: other.places.verifier))
        // The next attempt goes on with the key that is there.
        try other.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings(workerGroup: getgid()))
    }

    @Test func `an empty passphrase is none`() {
        let sentence = refusal {
            try vault.setup(ScriptedPrompter(["", ""])).initialize(VaultSettings(workerGroup: getgid()))
        }
        #expect(sentence == "nothing was typed; nothing was changed")
    }

    @Test func `a link in the directory's place is refused`() throws {
        symlink("/tmp", places.directory)
        let sentence = refusal {
            try vault.setup(ScriptedPrompter(["a", "a"])).initialize(VaultSettings(workerGroup: getgid()))
        }
        #expect(sentence?.contains("is a link or a file") == true)
    }

    @Test func `unlock opens the gate for 24 hours`() throws {
        try vault.setup(ScriptedPrompter(["first", "first"])).initialize(VaultSettings(workerGroup: getgid()))
        let prompter = ScriptedPrompter(["first"])
        try vault.setup(prompter).unlock()
        #expect(prompter.transcript == ["Enter unlock passphrase: ", "Vault unlocked. Idle timeout: 24h0m0s."])
        try vault.lock().requireOpen()
        let wrong = ScriptedPrompter(["second"])
        #expect(refusal { try vault.setup(wrong).unlock() } == "the passphrase is wrong")
    }

    @Test func `unlock and rotate ask nobody where there is no passphrase`() {
        for verb in [VaultSetup.unlock, VaultSetup.rotate] {
            let prompter = ScriptedPrompter(["x", "x", "x"])
            let sentence = refusal { try verb(vault.setup(prompter))() }
            #expect(sentence?.contains("run `vigocli secrets init`") == true)
            #expect(prompter.transcript.isEmpty)
        }
    }

    @Test func `rotate wants the old passphrase, and locks the vault`() throws {
        let lock = try vault.unlocked("first")
        let wrong = ScriptedPrompter(["second", "new", "new"])
        #expect(refusal { try vault.setup(wrong).rotate() } == "the passphrase is wrong")
        #expect(wrong.transcript == ["Enter current passphrase: "])
        try lock.requireOpen()

        let prompter = ScriptedPrompter(["first", "new", "new"])
        try vault.setup(prompter).rotate()
        #expect(
            prompter.transcript == [
                "Enter current passphrase: ", "Enter new passphrase: ", "Confirm passphrase: ",
                "  Passphrase rotated. Run `vigocli secrets unlock` with the new passphrase.",
            ]
        )
        #expect(refusal { try lock.requireOpen() } != nil)
        #expect(refusal { try lock.check(Secret("first")) } != nil)
        try lock.check(Secret("new"))
    }

    @Test func `reset says what the specification says, word for word`() throws {
        let lock = try vault.unlocked("lost")
        let prompter = ScriptedPrompter(["RESET", "new", "new"])
        try vault.setup(prompter).reset()
        #expect(
            prompter.transcript == [
                "  This will replace the unlock passphrase without verifying the old one.",
                "  Type RESET to proceed: ",
                "Enter new passphrase: ",
                "Confirm passphrase: ",
                "  Passphrase reset. Run `vigocli secrets unlock` with the new passphrase.",
            ]
        )
        #expect(refusal { try lock.requireOpen() } != nil)
        try lock.check(Secret("new"))
    }

    @Test(arguments: ["", "reset", "RESET ", " RESET", "RESETT", "yes", "Reset"])
    func `reset wants the word RESET and no other`(word: String) throws {
        let lock = try vault.unlocked("lost")
        let sentence = refusal { try vault.setup(ScriptedPrompter([word, "new", "new"])).reset() }
        #expect(sentence == "nothing was changed: RESET was not typed")
        try lock.check(Secret("lost"))
        try lock.requireOpen()
    }

    @Test func `reset is for who can read the master key`() throws {
        _ = try vault.unlocked("lost")
        chmod(places.keyFile, 0o644)
        #expect(refusal { try vault.setup(ScriptedPrompter(["RESET", "n", "n"])).reset() } != nil)
        unlink(places.keyFile)
        let sentence = refusal { try vault.setup(ScriptedPrompter(["RESET", "n", "n"])).reset() }
        #expect(sentence?.contains("only who can read the master key") == true)
    }

    @Test func `wrong passphrases do not keep anybody from reset`() throws {
        _ = try vault.unlocked("lost")
        for _ in 0..<50 { _ = try? vault.lock().check(Secret("guess")) }
        try vault.setup(ScriptedPrompter(["RESET", "new", "new"])).reset()
    }
}
