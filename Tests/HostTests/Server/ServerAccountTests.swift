import Foundation
import Glibc
import Testing

@testable import Host

@Suite struct ServerAccountTests {
    @Test func `a server without its user takes a uid that no worker has`() {
        let name = "no-such-user-here"
        let usual = ServerAccount.find(name, workerUIDs: 61_000...61_999, vaultUID: 60_999)
        #expect(usual.uid == 60_998 && usual.warning?.contains(name) == true)
        #expect(ServerAccount.find(name, workerUIDs: 61_000...61_999, vaultUID: 50_000).uid == 60_999)
    }

    @Test func `whose a directory is, unless it is root's`() throws {
        let directory = "\(NSTemporaryDirectory())owned-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        if geteuid() == 0 {
            #expect(ServerAccount.owning(directory) == nil)
            chown(directory, 12_345, 12_346)
            #expect(ServerAccount.owning(directory) == ServerAccount(uid: 12_345, gid: 12_346, warning: nil))
        } else {
            #expect(ServerAccount.owning(directory)?.uid == geteuid())
        }
        #expect(ServerAccount.owning("\(directory)/none") == nil)
    }
}
