import BackendSuite
import Foundation
import Testing

@testable import Vault

@Suite struct ResealTests {
    private func keyIDs(_ folder: VaultFolder) throws -> Set<String> {
        Set(
            try folder.names.filter { $0.hasSuffix(",sealed") }.map { name in
                Hex.encode(try folder.bytes(name)[12..<20])
            }
        )
    }

    private static let first = try! SealedFileTests.key(VaultFolder.firstKey).id.description
    private static let second = try! SealedFileTests.key(VaultFolder.secondKey).id.description

    @Test func `everything is sealed with the next key, and then opens with that alone`() async throws {
        let folder = try VaultFolder()
        for number in 0..<30 { try await folder.put("k/\(number)", "value \(number)") }
        #expect(try await folder.ask("reseal").text(0) == "0")
        folder.restart(key: VaultFolder.firstKey, next: VaultFolder.secondKey)
        try await folder.put("new", "sealed with the newest at once")
        #expect(try keyIDs(folder) == [Self.first, Self.second])
        #expect(try await folder.get("k/7") == "value 7")
        #expect(try await folder.ask("reseal").text(0) == "30")
        #expect(try keyIDs(folder) == [Self.second])
        #expect(try await folder.ask("reseal").text(0) == "0")
        folder.restart(key: VaultFolder.secondKey)
        for number in 0..<30 { #expect(try await folder.get("k/\(number)") == "value \(number)") }
        #expect(try await folder.verify() == [:])
    }

    @Test func `between two files of it everything is readable`() async throws {
        let folder = try VaultFolder()
        for number in 0..<10 { try await folder.put("k/\(number)", "value \(number)") }
        folder.stop()
        let both = try KeyRing(
            current: SealedFileTests.key(VaultFolder.firstKey),
            next: SealedFileTests.key(VaultFolder.secondKey)
        )
        let files = SecretFiles(storage: Storage(root: folder.directory), keys: both)
        var index = try Index(storage: files.storage)
        let reseal = Reseal(index.keys(), for: 1)
        var steps = 0
        while reseal.step(files, .init(), wrote: { _, _ in }) {
            steps += 1
            // As after a crash: another worker with both keys.
            folder.restart(key: VaultFolder.firstKey, next: VaultFolder.secondKey)
            for number in 0..<10 { #expect(try await folder.get("k/\(number)") == "value \(number)") }
            folder.stop()
        }
        #expect(steps == 10)
        #expect(try keyIDs(folder) == [Self.second])
    }

    @Test func `requests are answered while it goes on`() async throws {
        let folder = try VaultFolder()
        for number in 0..<200 { try await folder.put("k/\(number)", "value \(number)") }
        folder.restart(key: VaultFolder.firstKey, next: VaultFolder.secondKey)
        async let first = folder.ask("reseal")
        async let second = folder.ask("reseal")
        for number in stride(from: 0, to: 200, by: 10) {
            #expect(try await folder.get("k/\(number)") == "value \(number)")
            try await folder.put("k/\(number)", "changed")
            try await folder.ask("delete", "k/\(number + 1)")
        }
        // Both hear of the same one, or the second finds nothing left.
        let counts = [try await first, try await second]
        #expect(counts.allSatisfy { $0.status == 0 })
        #expect(try keyIDs(folder) == [Self.second])
        for number in stride(from: 0, to: 200, by: 10) { #expect(try await folder.get("k/\(number)") == "changed") }
        #expect(try await folder.list().count == 180)
    }

    @Test func `a damaged file is left as it is, and the rest is sealed anew`() async throws {
        let folder = try VaultFolder()
        for key in ["a", "b", "c"] { try await folder.put(key, key) }
        var damaged = try folder.bytes("b,sealed")
        damaged[damaged.count - 1] ^= 1
        try folder.overwrite("b,sealed", damaged)
        folder.restart(key: VaultFolder.firstKey, next: VaultFolder.secondKey)
        let answer = try await folder.ask("reseal")
        #expect(answer.status == -24)
        #expect(answer.sentence == "one secret could not be sealed anew, 2 were; verify says which and why")
        #expect(try folder.bytes("b,sealed") == damaged)
    }

    @Test func `a key of the wrong length starts no vault`() async throws {
        let folder = try VaultFolder(started: false)
        folder.restart(key: [1, 2, 3])
        await #expect(throws: BackendFailure.self) { try await folder.ask("status") }
        #expect(folder.explanation == "The master key has 3 bytes; a key has 32.")
    }
}
