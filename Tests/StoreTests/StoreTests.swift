import Foundation
import Testing

@testable import Store

@Suite struct StoreTests {
    private func withDirectory(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    @Test func `what was stored is there after a restart, readable by its owner alone`() async throws {
        try await withDirectory { directory in
            let path = directory.appending(path: "vigo.db").path
            let first = try Store(path: path)
            try await first.append([AuditEvent(.serverStarted, actor: "vigosrv", subject: "test")])
            try first.close()
            #expect(try await Store(path: path).auditHead().sequence == 1)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `a file that is no database is refused, and left as it was`() async throws {
        try await withDirectory { directory in
            let path = directory.appending(path: "vigo.db")
            let text = String(repeating: "this is a letter, not a database\n", count: 200)
            try text.write(to: path, atomically: true, encoding: .utf8)
            #expect { try Store(path: path.path) } throws: { error in
                guard case .unusable(let sentence) = error as? StoreError else { return false }
                return sentence.contains(path.path)
            }
            #expect(try String(contentsOf: path, encoding: .utf8) == text)
        }
    }

    @Test func `a newer server's database is refused, and left as it was`() async throws {
        try await withDirectory { directory in
            let path = directory.appending(path: "vigo.db").path
            let store = try Store(path: path)
            try await store.database.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 of the future')")
            }
            try store.close()
            #expect(throws: StoreError.unusable("\(path) was written by a newer vigosrv; run that one")) {
                try Store(path: path)
            }
        }
    }

    @Test func `the database is not opened through a link`() async throws {
        try await withDirectory { directory in
            let link = directory.appending(path: "vigo.db").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/hostname")
            #expect(throws: StoreError.self) { try Store(path: link) }
        }
    }

    @Test(.enabled(if: getuid() == 0, "a file system of its own needs root"))
    func `a full disk is said, changes nothing, and is got over`() async throws {
        try await withDirectory { directory in
            try #require(mount("tmpfs", directory.path, "tmpfs", 0, "size=1m") == 0)
            defer { umount(directory.path) }
            let store = try Store(path: directory.appending(path: "vigo.db").path)
            try await store.append([AuditEvent(.serverStarted, actor: "a", subject: "b")])
            let filler = directory.appending(path: "filler")
            _ = FileManager.default.createFile(atPath: filler.path, contents: nil)
            let handle = try FileHandle(forWritingTo: filler)
            while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
            try handle.close()

            let event = AuditEvent(.accessDenied, actor: "a", subject: String(repeating: "x", count: 30_000))
            await #expect(throws: StoreError.full) { for _ in 0..<50 { try await store.append([event]) } }
            let before = try await store.auditHead().sequence
            guard case .whole(before, _) = try await store.verifyAudit() else {
                return #expect(Bool(false), "the log is broken")
            }

            try FileManager.default.removeItem(at: filler)
            try await store.append([event])
            #expect(try await store.auditHead().sequence == before + 1)
        }
    }
}
