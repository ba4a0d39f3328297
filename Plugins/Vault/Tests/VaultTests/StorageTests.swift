import BackendSuite
import Foundation
import Testing

@testable import Vault

/// What is on the disk, and what somebody may have done to it.
@Suite struct StorageTests {
    @Test func `a secret is one file of mode 0600 in directories of mode 0700, and its value is not in it`()
        async throws
    {
        let folder = try VaultFolder()
        try await folder.put("a/b", "a value that is easy to find")
        #expect(folder.names == ["a", "a/b,sealed"])
        var status = stat()
        #expect(stat(folder.file("a/b,sealed"), &status) == 0 && status.st_mode == S_IFREG | 0o600)
        #expect(stat(folder.file("a"), &status) == 0 && status.st_mode == S_IFDIR | 0o700)
        #expect(Data(try folder.bytes("a/b,sealed")).range(of: Data("a value".utf8)) == nil)
    }

    @Test func `swapped, renamed and copied files are noticed`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "one")
        try await folder.put("b", "two")
        rename(folder.file("a,sealed"), folder.file("x"))
        rename(folder.file("b,sealed"), folder.file("a,sealed"))
        rename(folder.file("x"), folder.file("b,sealed"))
        #expect(try await folder.get("a") == "-24 the file of a holds the secret b: it was renamed or swapped")
        #expect(try await folder.get("b") == "-24 the file of b holds the secret a: it was renamed or swapped")
        #expect(
            try await folder.verify() == [
                "a": "holds the secret b: it was renamed or swapped",
                "b": "holds the secret a: it was renamed or swapped",
            ]
        )
    }

    @Test func `every file cut short and every flipped bit is noticed`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a", "v")
        let file = try folder.bytes("a,sealed")
        for count in 0..<file.count {
            try folder.overwrite("a,sealed", Array(file[..<count]))
            #expect(try await folder.get("a").hasPrefix("-24 "), "\(count) bytes")
        }
        for index in file.indices {
            var changed = file
            changed[index] ^= 1
            try folder.overwrite("a,sealed", changed)
            #expect(try await folder.get("a").hasPrefix("-24 "), "byte \(index)")
        }
        try folder.overwrite("a,sealed", file)
        #expect(try await folder.get("a") == "v")
    }

    @Test func `no link is followed, and nothing that is no file makes the vault wait`() async throws {
        let folder = try VaultFolder()
        try await folder.put("real/a", "v")
        symlink("real/a,sealed", folder.file("link,sealed"))
        symlink("real", folder.file("folder"))
        mkfifo(folder.file("pipe,sealed"), 0o600)
        mkdir(folder.file("directory,sealed"), 0o700)
        #expect(try await folder.get("link") == "-24 a symbolic link is in the place of the file of link")
        #expect(try await folder.get("folder/a") == "-24 something else is in the place of a directory of folder/a")
        #expect(try await folder.ask("put", "folder/b", "x").status == -24)
        #expect(try await folder.get("pipe") == "-24 something else is in the place of the file of pipe")
        #expect(try await folder.get("directory") == "-24 something else is in the place of the file of directory")
        #expect(try await folder.list() == ["real/a"])
        // A put replaces the link itself, not what it points at.
        try await folder.put("link", "new")
        #expect(try await folder.get("link") == "new")
        #expect(try await folder.get("real/a") == "v")
    }

    @Test func `a link out of the directory leads nowhere`() async throws {
        let (folder, other) = (try VaultFolder(), try VaultFolder())
        try await other.put("a", "outside")
        symlink(other.path, folder.file("out"))
        #expect(try await folder.get("out/a").hasPrefix("-24 "))
        #expect(try await folder.ask("put", "out/b", "x").status == -24)
        #expect(try await folder.ask("delete", "out/a").status == -24)
        #expect(other.names == ["a,sealed"])
    }

    @Test func `what a write left unfinished goes at the next start, and nothing else does`() async throws {
        let folder = try VaultFolder()
        try await folder.put("a/b", "v")
        folder.stop()
        for name in [",new-0011223344556677", "a/,new-8899aabbccddeeff"] { try folder.write(name, [1, 2, 3]) }
        try folder.write("note", [1])
        folder.start()
        #expect(try await folder.get("a/b") == "v")
        #expect(folder.names == ["a", "a/b,sealed", "note"])
    }

    @Test func `an empty directory goes with its last secret, one that is in use stays`() async throws {
        let folder = try VaultFolder()
        for key in ["a/b/c/d", "a/b/x", "q/r"] { try await folder.put(key, "v") }
        try await folder.ask("delete", "a/b/c/d")
        #expect(folder.names == ["a", "a/b", "a/b/x,sealed", "q", "q/r,sealed"])
        try await folder.ask("delete", "q/r")
        #expect(folder.names == ["a", "a/b", "a/b/x,sealed"])
        #expect(try await folder.list() == ["a/b/x"])
        try await folder.put("q/r", "again")
        #expect(try await folder.list() == ["a/b/x", "q/r"])
    }
}
