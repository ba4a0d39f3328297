import BackendSuite
import Foundation
import Testing

@testable import Vault

@Suite struct ManySecretsTests {
    /// Put in place as a restored backup would be: sealing each by request would wait for the disk each time.
    private func fill(_ folder: VaultFolder, _ names: [String]) throws {
        var made: Set<String> = []
        let keys = SealedFileTests.keys
        for name in names {
            let path = KeyPath(.init(name)!)
            var directory = ""
            for part in path.directories {
                directory += (directory.isEmpty ? "" : "/") + part
                if made.insert(directory).inserted { mkdir(folder.file(directory), 0o700) }
            }
            let file = directory + (directory.isEmpty ? "" : "/") + path.file
            try folder.write(file, try SealedFileTests.seal(Array(name.utf8), as: name, with: keys))
        }
    }

    @Test func `ten thousand secrets in one directory`() async throws {
        let folder = try VaultFolder(started: false, isInMemory: true)
        let names = (0..<10_000).map { "many/secret-\($0)" }
        try fill(folder, names)
        folder.start()
        #expect(try await folder.list() == names.sorted())
        #expect(try await folder.get("many/secret-7777") == "many/secret-7777")
        try await folder.put("many/secret-10000", "one more")
        #expect(try await folder.list("many/secret-1000") == ["many/secret-1000", "many/secret-10000"])
        #expect(try await folder.verify() == [:])
    }

    @Test func `ten thousand secrets with long names, in a directory each`() async throws {
        let folder = try VaultFolder(started: false, isInMemory: true)
        let segment = String(repeating: "n", count: 180)
        let names = (0..<10_000).map { "\(segment)/\($0)/value" }
        try fill(folder, names)
        folder.start()
        // Two megabytes of names: more than one page.
        #expect(try await folder.ask("list", "", "").text(0) == "more")
        #expect(try await folder.list() == names.sorted())
    }
}
