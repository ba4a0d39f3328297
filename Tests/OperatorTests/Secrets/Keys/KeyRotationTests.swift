import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct KeyRotationTests {
    private struct Killed: Error {}

    private let scratch = try! ScratchVault()
    private var places: VaultPlaces { scratch.places }

    private func vault(_ count: Int = 5) throws -> KeyedVault {
        _ = try scratch.unlocked()
        return try KeyedVault(places, count: count)
    }

    private var key: Data? { try? Data(contentsOf: URL(filePath: places.keyFile)) }
    private var keyFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: places.directory)) ?? []).sorted()
    }

    private func refusal(_ body: () async throws -> Void) async -> OperatorError? {
        do { try await body() } catch { return error as? OperatorError }
        return nil
    }

    @Test(arguments: [
        (true, false, false, KeyRotationStage.idle), (true, true, false, .resealing), (true, true, true, .swapping),
        (true, false, true, .checking), (false, true, true, .turningBack),
    ])
    func `the files that are there tell the stage`(key: Bool, next: Bool, old: Bool, stage: KeyRotationStage) {
        #expect(KeyRotationStage(hasKey: key, hasNext: next, hasOld: old) == stage)
    }

    @Test(arguments: [(false, false), (true, false), (false, true)])
    func `files that no rotation leaves are no stage`(next: Bool, old: Bool) {
        #expect(KeyRotationStage(hasKey: false, hasNext: next, hasOld: old) == nil)
    }

    @Test func `everything is sealed with a new key, and the old one is gone`() async throws {
        let vault = try vault()
        let before = key
        var said: [String] = []
        try await KeyRotation(places, vault, say: { said.append($0) }).run()
        #expect(key != before && key?.count == 32)
        #expect(keyFiles == [".master.key"])
        #expect(scratch.mode(places.keyFile) == 0o600)
        #expect(vault.lost.isEmpty && vault.keysInUse == 1)
        #expect(said.contains("  Sealed anew: 5."))
        #expect(said.contains("  Next master key written to \(places.nextKeyFile) (mode 0600)."))
    }

    @Test func `one rotation at a time, from its first step to its last`() async throws {
        let vault = try vault()
        var steps: [String] = []
        var refusals: [OperatorError?] = []
        let (places, held) = (places, Held())
        try await KeyRotation(
            places,
            vault,
            step: { step in
                steps.append(step)
                refusals.append(held.refusal(places))
            }
        ).run()
        #expect(steps.first == "next key" && steps.last == "overwritten")
        #expect(refusals.allSatisfy { $0?.code == "busy" }, "\(refusals)")
        #expect(held.refusal(places) == nil)
        #expect(scratch.mode(places.rotationLock) == 0o600)
        #expect(vault.lost.isEmpty && vault.keysInUse == 1)
    }

    /// Somebody else who would rotate now.
    private struct Held {
        func refusal(_ places: VaultPlaces) -> OperatorError? {
            do throws(OperatorError) { _ = try RotationTurn(places) } catch { return error }
            return nil
        }
    }

    @Test func `one that was killed with its last step undone has no way back any more`() async throws {
        let vault = try vault()
        await #expect(throws: Killed.self) {
            try await KeyRotation(places, vault, step: { if $0 == "overwritten" { throw Killed() } }).run()
        }
        #expect(keyFiles == [".master.key", ".master.key.old"])
        let new = key
        // What is damaged since then must not bring a key of zeros back.
        vault.damage("k1")
        try await KeyRotation(places, vault).run()
        #expect(key == new && keyFiles == [".master.key"])
        #expect(vault.lost == ["k1"])
    }

    @Test func `a backend with keys of its own has none to rotate, and nothing is touched`() async throws {
        let vault = try vault()
        let before = key
        let others = places.with(VaultSettings(keyFile: places.keyFile, needsMasterKey: false))
        let error = await refusal { try await KeyRotation(others, vault).run() }
        #expect(error?.code == "no_key" && error?.description.contains("has keys of its own") == true)
        #expect(key == before && keyFiles == [".master.key"])
    }

    @Test func `an empty vault gets a new key too`() async throws {
        let vault = try vault(0)
        let before = key
        try await KeyRotation(places, vault).run()
        #expect(key != before && keyFiles == [".master.key"])
    }

    /// Each step is the last one once; whatever was left behind, nothing is lost, and the next run comes to the end.
    @Test func `a rotation that is killed before any of its steps is finished by the next`() async throws {
        var steps: [String] = []
        for deadly in 0..<20 {
            let test = KeyRotationTests()
            let vault = try test.vault()
            let before = test.key
            var count = 0
            var wasKilled = false
            do {
                try await KeyRotation(
                    test.places,
                    vault,
                    step: { name in
                        if count == deadly { throw Killed() }
                        count += 1
                        if !steps.contains(name) { steps.append(name) }
                    }
                ).run()
            } catch is Killed { wasKilled = true }
            #expect(vault.lost.isEmpty, "killed before step \(deadly)")
            #expect(KeyRotationStage(test.places) != nil)
            // A command between the two, by a worker that started with what was there.
            vault.seal("between")
            #expect(vault.lost.isEmpty)
            try await KeyRotation(test.places, vault).run()
            #expect(vault.lost.isEmpty && vault.keysInUse == 1, "killed before step \(deadly)")
            #expect(test.keyFiles == [".master.key"])
            #expect(test.key != before)
            guard wasKilled else { break }
        }
        #expect(steps == ["next key", "reseal", "old key", "swap", "check", "remove old key", "overwritten"])
    }

    @Test func `a vault whose worker dies in between loses nothing`() async throws {
        for failing in 1...4 {
            let test = KeyRotationTests()
            let vault = try test.vault()
            var asked = 0
            let error = await refusal {
                try await KeyRotation(
                    test.places,
                    vault,
                    step: { _ in
                        asked += 1
                        if asked == failing { vault.failNext(1) }
                    }
                ).run()
            }
            _ = error
            vault.failNext(0)
            #expect(vault.lost.isEmpty)
            try await KeyRotation(test.places, vault).run()
            #expect(vault.lost.isEmpty && vault.keysInUse == 1 && test.keyFiles == [".master.key"])
        }
    }

    @Test func `secrets that are stored meanwhile are sealed anew as well`() async throws {
        let vault = try vault()
        try await KeyRotation(places, vault, step: { vault.seal("during \($0)") }).run()
        #expect(vault.lost.isEmpty)
        #expect(vault.keysInUse == 1)
    }

    @Test func `what the new key cannot open brings the old one back`() async throws {
        let vault = try vault()
        let before = key
        // A worker of the vault that had not read its keys anew sealed this with the old one.
        let old = try #require(try MasterKeyFile.read(places.keyFile)?.withBytes { Array($0) })
        let error = await refusal {
            try await KeyRotation(places, vault, step: { if $0 == "check" { vault.seal("late", with: old) } }).run()
        }
        #expect(error?.code == "turned_back")
        #expect(error?.description.contains("late") == true)
        #expect(key == before)
        #expect(KeyRotationStage(places) == .resealing)
        #expect(vault.lost.isEmpty)
        try await KeyRotation(places, vault).run()
        #expect(vault.lost.isEmpty && vault.keysInUse == 1 && keyFiles == [".master.key"])
    }

    @Test func `a rotation that was turning back when it was killed goes on turning back`() async throws {
        for deadly in ["turn back", "old key back"] {
            let test = KeyRotationTests()
            let vault = try test.vault()
            let before = test.key
            let old = try #require(try MasterKeyFile.read(test.places.keyFile)?.withBytes { Array($0) })
            await #expect(throws: Killed.self) {
                try await KeyRotation(
                    test.places,
                    vault,
                    step: { name in
                        if name == "check" { vault.seal("late", with: old) }
                        if name == deadly { throw Killed() }
                    }
                ).run()
            }
            // Twice: back to the old key, then forward.
            _ = await refusal { try await KeyRotation(test.places, vault).run() }
            #expect(vault.lost.isEmpty && test.key == before)
            try await KeyRotation(test.places, vault).run()
            #expect(vault.lost.isEmpty && vault.keysInUse == 1 && test.keyFiles == [".master.key"])
        }
    }

    @Test func `a vault with damage in it is not touched`() async throws {
        let vault = try vault()
        vault.damage("k3")
        let before = key
        let error = await refusal { try await KeyRotation(places, vault).run() }
        #expect(error?.code == "damaged")
        #expect(key == before && keyFiles == [".master.key"])
    }

    @Test func `half-written keys of a killed rotation go, and nothing else`() async throws {
        let vault = try vault()
        for name in [
            ".master.key.next.new-aB3-_9zZ", ".master.key.new-12345678", ".master.key.old.new-AAAAAAAA",
        ] {
            try "half".write(toFile: "\(places.directory)/\(name)", atomically: false, encoding: .utf8)
        }
        let kept = [
            ".master.key.20260101", ".master.key.new-1234567", ".master.key.new-123.5678", ".master.key.original",
        ]
        for name in kept {
            try "mine".write(toFile: "\(places.directory)/\(name)", atomically: false, encoding: .utf8)
        }
        try await KeyRotation(places, vault).run()
        #expect(keyFiles == [".master.key"] + kept.sorted())
    }

    @Test func `an old key that is not the key's copy stops everything`() async throws {
        let vault = try vault()
        try PrivateFile.write(MasterKeyFile.make(), to: places.nextKeyFile)
        try PrivateFile.write(MasterKeyFile.make(), to: places.oldKeyFile)
        let before = key
        #expect(await refusal { try await KeyRotation(places, vault).run() } != nil)
        #expect(key == before && vault.lost.isEmpty)
    }

    @Test func `without a master key there is nothing to rotate`() async throws {
        let vault = try vault()
        unlink(places.keyFile)
        #expect(await refusal { try await KeyRotation(places, vault).run() }?.code == "no_key")
    }
}
