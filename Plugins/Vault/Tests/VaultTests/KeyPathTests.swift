import PluginKit
import Testing

@testable import Vault

@Suite struct KeyPathTests {
    @Test(arguments: [
        ("a", [], "a,sealed"), ("a/b", ["a"], "b,sealed"),
        ("vigo/web/auth/dan", ["vigo", "web", "auth"], "dan,sealed"),
        (".master.key", [], ".master.key,sealed"), (".master.key/x", [",.master.key"], "x,sealed"),
        ("a.sealed", [], "a.sealed,sealed"), (".../-", [",..."], "-,sealed"),
    ])
    func `a secret has one place, and the place has one secret`(name: String, directories: [String], file: String)
        throws
    {
        let path = KeyPath(try #require(SecretKey(name)))
        #expect(path.directories == directories && path.file == file)
        let segments = path.directories.map { KeyPath.segment(ofDirectory: $0) } + [KeyPath.segment(ofFile: path.file)]
        #expect(segments.compactMap { $0 }.joined(separator: "/") == name)
    }

    @Test(arguments: [".lock", ".master.key", ",a", "a,b", ",", "", "..", ",..", ",.", "a b", ",new-0123"])
    func `names that are none of the vault's directories`(name: String) {
        #expect(KeyPath.segment(ofDirectory: name) == nil)
    }

    @Test(arguments: [
        ".lock", ".master.key", ",sealed", "..,sealed", "a,sealed,sealed", "a.sealed", "a,Sealed", ",new-0123",
        "a b,sealed",
    ])
    func `names that are none of the vault's files`(name: String) {
        #expect(KeyPath.segment(ofFile: name) == nil)
    }

    @Test func `the longest segment fits into a file's name`() throws {
        let segment = String(repeating: "s", count: 200)
        #expect(KeyPath(try #require(SecretKey(segment))).file.utf8.count <= 255)
        #expect(SecretKey(segment + "s") == nil)
    }
}
