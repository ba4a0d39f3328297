import Foundation
import Testing

@testable import Trust

@Suite struct SecretTests {
    @Test func `a secret is shown to nobody`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.description == "•••")
    }

    @Test func `it matches its own bytes alone`() {
        let secret = Secret("hunter2")
        #expect(secret.matches(Array("hunter2".utf8)))
        #expect(!secret.matches(Array("hunter3".utf8)))
        #expect(!secret.matches(Array("hunter22".utf8)))
        #expect(!secret.matches([]))
    }

    @Test func `one that is written in place holds what was written, and zeros where nothing was`() {
        let secret = Secret(count: 4) { $0.copyBytes(from: [7, 8]) }
        #expect(secret.matches([7, 8, 0, 0]))
        #expect(throws: TrustError.self) {
            try Secret(count: 4) { (_) throws(TrustError) in throw TrustError.malformed("no") }
        }
    }

    @Test func `a key file is its owner's alone, replaced whole, and never written through a link`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "private-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let victim = directory.appending(path: "victim")
        try "untouched".write(to: victim, atomically: true, encoding: .utf8)
        let path = directory.appending(path: "key").path
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: victim.path)

        try PrivateFile.write(Secret("one"), to: path)
        try PrivateFile.write(Secret("two"), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two")
        #expect(try String(contentsOf: victim, encoding: .utf8) == "untouched")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["key", "victim"])
        #expect(throws: TrustError.self) { try PrivateFile.write(Secret("x"), to: "/nonexistent/key") }
    }
}
