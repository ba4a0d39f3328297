import BackendSuite
import Foundation
import Testing

@testable import Vault

/// What others do in the directory while the vault runs.
@Suite struct ChangesTests {
    private func epoch(_ folder: VaultFolder) async throws -> UInt64 {
        try #require(UInt64(try await folder.ask("epoch").text(0)))
    }

    /// Long enough ago for the kernel's clock to tell two changes apart.
    private func settle() async throws { try await Task.sleep(for: .milliseconds(120)) }

    @Test func `a file that appears or goes is seen, listed and told`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "v")
        try await settle()
        let before = try await epoch(folder)
        #expect(folder.epochs == [])
        try folder.write("b,sealed", try SealedFileTests.seal(Array("from outside".utf8), as: "b"))
        #expect(try await epoch(folder) > before)
        #expect(try await folder.list() == ["a", "b"])
        #expect(try await folder.get("b") == "from outside")
        #expect(await folder.eventually { !folder.epochs.isEmpty })
        try await settle()
        let between = try await epoch(folder)
        unlink(folder.file("a,sealed"))
        #expect(try await folder.list() == ["b"])
        #expect(try await epoch(folder) > between)
    }

    @Test func `a whole directory that appears is seen`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "v")
        let before = try await epoch(folder)
        mkdir(folder.file("new"), 0o700)
        mkdir(folder.file("new/deep"), 0o700)
        try folder.write("new/deep/b,sealed", try SealedFileTests.seal([1], as: "new/deep/b"))
        #expect(try await folder.list() == ["a", "new/deep/b"])
        #expect(try await epoch(folder) > before)
        try FileManager.default.removeItem(atPath: folder.file("new"))
        #expect(try await folder.list() == ["a"])
    }

    @Test func `a file in the place of another one is seen, and told without being asked`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "old")
        try await settle()
        let before = try await epoch(folder)
        try folder.write("x", try SealedFileTests.seal(Array("new".utf8), as: "a"))
        rename(folder.file("x"), folder.file("a,sealed"))
        #expect(await folder.eventually { folder.epochs.last.map { $0 > before } == true })
        #expect(try await folder.get("a") == "new")
    }

    @Test func `a file that is changed in place is seen`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "old")
        try await settle()
        let before = try await epoch(folder)
        try folder.overwrite("a,sealed", try SealedFileTests.seal(Array("new".utf8), as: "a"))
        // Its directory did not change: the file's own turn comes.
        #expect(await folder.eventually { folder.epochs.last.map { $0 > before } == true })
        let then = try await epoch(folder)
        try folder.overwrite("a,sealed", try SealedFileTests.seal(Array("newer".utf8), as: "a"))
        #expect(try await folder.get("a") == "newer")
        #expect(try await epoch(folder) > then)
    }

    @Test func `what the vault does itself is not told, and neither is root's own`() async throws {
        let folder = try VaultFolder()
        for number in 0..<20 { try await folder.put("k/\(number)", "v") }
        try await folder.ask("delete", "k/3")
        try await folder.put("k/4", "w")
        _ = try await folder.list()
        try folder.write(".master.key.next", [1])
        try await Task.sleep(for: .milliseconds(2500))
        let settled = try await epoch(folder)
        try folder.write(".master.key.old", [1])
        #expect(try await epoch(folder) == settled)
        #expect(folder.epochs == [])
    }

    @Test func `the epoch begins with the time and only grows`() {
        var epoch = Epoch(now: timespec(tv_sec: 1000, tv_nsec: 5_000_000))
        #expect(epoch.value == 1_000_005)
        epoch.grow(now: timespec(tv_sec: 1, tv_nsec: 0))
        #expect(epoch.value == 1_000_006)
        epoch.grow(now: timespec(tv_sec: 2000, tv_nsec: 0))
        #expect(epoch.value == 2_000_000)
        #expect(Epoch(now: timespec(tv_sec: -1, tv_nsec: 0)).value == 0)
    }
}
