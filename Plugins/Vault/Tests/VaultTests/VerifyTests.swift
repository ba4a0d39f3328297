import Foundation
import Testing

@testable import Vault

@Suite struct VerifyTests {
    @Test func `each thing that is wrong is named, and nothing else`() async throws {
        let folder = try VaultFolder()
        for key in ["good", "web/good", "short", "flipped", "open", "twice", "other-key", "moved/here", "theirs"] {
            try await folder.put(key, "value of \(key)")
        }
        try folder.overwrite("short,sealed", Array(try folder.bytes("short,sealed").dropLast()))
        var flipped = try folder.bytes("flipped,sealed")
        flipped[flipped.count - 20] ^= 1
        try folder.overwrite("flipped,sealed", flipped)
        chmod(folder.file("open,sealed"), 0o644)
        chown(folder.file("theirs,sealed"), 12_345, 12_345)
        link(folder.file("twice,sealed"), folder.file("second"))
        let others = try KeyRing(current: SealedFileTests.key(VaultFolder.secondKey), next: nil)
        try folder.overwrite("other-key,sealed", try SealedFileTests.seal([1], as: "other-key", with: others))
        try FileManager.default.moveItem(
            atPath: folder.file("moved/here,sealed"),
            toPath: folder.file("moved/there,sealed")
        )
        chmod(folder.file("moved"), 0o755)
        try folder.write("README", Array("hello".utf8))
        try folder.write("empty,sealed", [])
        try folder.write(",new-0011223344556677", [1])
        symlink("/etc/passwd", folder.file("link,sealed"))
        mkdir(folder.file("not a name"), 0o700)
        try folder.write("not a name/x,sealed", try SealedFileTests.seal([1], as: "x"))
        // Root's own.
        for name in [".master.key", ".master.key.next", ".master.key.old", ".lock"] { try folder.write(name, [1]) }

        let id = others.newest.id
        #expect(
            try await folder.verify() == [
                "short": "is cut short",
                "flipped": "is damaged: its seal is broken",
                "open": "has mode 0644 instead of 0600",
                "theirs": "belongs to uid 12345, not to the vault's worker (\(geteuid()))",
                "twice": "has a second name",
                "second": "is not one of the vault's files",
                "other-key": "is sealed with the key \(id), which is not here",
                "moved/there": "holds the secret moved/here: it was renamed or swapped",
                "moved": "has mode 0755 instead of 0700",
                "README": "is not one of the vault's files",
                "empty": "is no sealed file",
                ",new-0011223344556677": "is a write that was not finished, and not by this vault",
                "link,sealed": "is a symbolic link",
                "not a name": "is not one of the vault's directories",
                "not a name/x,sealed": "lies where no secret can be, and holds x",
            ]
        )
        #expect(try await folder.get("good") == "value of good")
    }

    @Test func `names of any bytes are shown without harm`() async throws {
        let folder = try VaultFolder()
        try folder.write("es\u{1B}[31mcape", [1])
        let name = [UInt8](folder.path.utf8) + Array("/".utf8) + [0xFF, 0xFE, 0]
        let file = name.withUnsafeBytes { open($0.bindMemory(to: CChar.self).baseAddress!, O_WRONLY | O_CREAT, 0o600) }
        close(file)
        let findings = try await folder.verify()
        #expect(findings["es?[31mcape"] == "is not one of the vault's files")
        #expect(findings.count == 2)
    }

    @Test func `pages of one thing each find the same as one page of all`() async throws {
        let folder = try VaultFolder()
        for number in 0..<40 { try await folder.put("d\(number % 4)/e\(number % 3)/n\(number)", "v") }
        for name in ["x", "d1/x", "d1/e0/x", "d3/e2/z"] { try folder.write(name, [1]) }
        let files = SecretFiles(storage: Storage(root: folder.directory), keys: SealedFileTests.keys)
        var names: [String] = []
        var cursor: [[UInt8]]? = []
        var pages = 0
        while let now = cursor {
            let page = try Verifier(files: files, scratch: .init(), most: 1).page(after: now)
            names += page.findings.map(\.name)
            cursor = page.cursor
            pages += 1
        }
        #expect(names.sorted() == ["d1/e0/x", "d1/x", "d3/e2/z", "x"])
        // Every file, every directory, and one more to see that there is nothing left.
        #expect(pages == folder.names.count + 1)
    }

    @Test func `a cursor that is nonsense is refused, one that is gone goes on behind it`() async throws {
        let folder = try VaultFolder()
        for key in ["a", "b", "c"] { try await folder.put(key, "v") }
        try folder.write("z", [1])
        for cursor in ["x", "0", "GG", "6"] { #expect(try await folder.ask("verify", cursor).status == -9) }
        let answer = try await folder.ask("verify", Hex.encode(Array("bb".utf8)) + "/" + Hex.encode([0x2F]))
        #expect(answer.text(0) == "end" && answer.text(2) == "z")
    }
}
