import Foundation
import Testing

@testable import Host

@Suite(.enabled(if: getuid() == 0, "only root gives files away"))
struct OwnershipTransferTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "give-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path + "/data/tls", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for name in ["data/vigo.db", "data/tls/ca_key", "system"] {
            _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data("x".utf8))
        }
        try body(path)
    }

    private func owner(_ path: String) -> UInt32 {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_uid : .max
    }

    @Test func `everything of the server's becomes its user's`() throws {
        try withDirectory { path in
            try OwnershipTransfer(uid: 61_234, gid: 61_234).give(path + "/data")
            for name in ["data", "data/vigo.db", "data/tls", "data/tls/ca_key"] {
                #expect(owner("\(path)/\(name)") == 61_234, "\(name)")
            }
        }
    }

    @Test func `what a link or a second name leads to stays the system's`() throws {
        try withDirectory { path in
            try FileManager.default.createDirectory(atPath: path + "/etc", withIntermediateDirectories: false)
            _ = FileManager.default.createFile(atPath: path + "/etc/shadow", contents: nil)
            try FileManager.default.createSymbolicLink(
                atPath: path + "/data/agents",
                withDestinationPath: path + "/etc"
            )
            try FileManager.default.createSymbolicLink(atPath: path + "/data/a", withDestinationPath: path + "/system")
            try FileManager.default.linkItem(atPath: path + "/system", toPath: path + "/data/b")
            try OwnershipTransfer(uid: 61_234, gid: 61_234).give(path + "/data")
            for name in ["system", "etc", "etc/shadow"] { #expect(owner("\(path)/\(name)") == 0, "\(name)") }
            #expect(owner(path + "/data/vigo.db") == 61_234)
        }
    }

    @Test func `the vault stays root's with all that is in it, under whatever name, and so does what is to be spared`()
        throws
    {
        try withDirectory { path in
            let vault = path + "/data/secrets"
            try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: false)
            for name in ["secrets/.master.key", "secrets-verifier.json", "recordings"] {
                _ = FileManager.default.createFile(atPath: "\(path)/data/\(name)", contents: Data("x".utf8))
            }
            chmod(vault, 0o1770)
            // As a server that somebody took over would do before it is started again.
            rename(vault, path + "/data/moved")
            let transfer = OwnershipTransfer(
                uid: 61_234,
                gid: 61_234,
                sparing: [vault, path + "/data/secrets-verifier.json"]
            )
            try transfer.give(path + "/data")
            for name in ["moved", "moved/.master.key", "secrets-verifier.json"] {
                #expect(owner("\(path)/data/\(name)") == 0, "\(name)")
            }
            #expect(owner(path + "/data/recordings") == 61_234 && owner(path + "/data/vigo.db") == 61_234)
        }
    }

    @Test func `a vault whose mode is wrong is spared by its name`() throws {
        try withDirectory { path in
            let vault = path + "/data/secrets"
            try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: false)
            _ = FileManager.default.createFile(atPath: vault + "/.master.key", contents: Data("x".utf8))
            try OwnershipTransfer(uid: 61_234, gid: 61_234, sparing: [vault]).give(path + "/data")
            #expect(owner(vault) == 0 && owner(vault + "/.master.key") == 0)
        }
    }

    @Test func `a directory that is not there is named`() {
        #expect { try OwnershipTransfer(uid: 1, gid: 1).give("/nonexistent/data") } throws: { error in
            (error as? OwnershipTransfer.Failure)?.path == "/nonexistent/data"
        }
    }
}
