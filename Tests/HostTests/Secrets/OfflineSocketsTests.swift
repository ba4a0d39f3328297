import Foundation
import Glibc
import Testing

@testable import Host

@Suite struct OfflineSocketsTests {
    @Test func `sockets of processes that are gone are removed, and no others`() throws {
        let directory = "\(NSTemporaryDirectory())sockets-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // Process numbers end at 2^22.
        let gone = ".vault-9999999.sock"
        let kept = [
            ".vault-1.sock", ".vault-x.sock", ".vault-.sock", "vault-9999999.sock", ".vault-9999999.sock2",
            "admin.sock",
        ]
        for name in [gone] + kept { try Data().write(to: URL(filePath: "\(directory)/\(name)")) }
        let sockets = OfflineSockets(directory: directory)
        sockets.removeStale()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == kept.sorted())
        #expect(sockets.own == "\(directory)/.vault-\(getpid()).sock")
    }
}
