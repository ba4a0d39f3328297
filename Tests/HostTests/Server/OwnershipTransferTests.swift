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

    @Test func `a directory that is not there is named`() {
        #expect { try OwnershipTransfer(uid: 1, gid: 1).give("/nonexistent/data") } throws: { error in
            (error as? OwnershipTransfer.Failure)?.path == "/nonexistent/data"
        }
    }
}
