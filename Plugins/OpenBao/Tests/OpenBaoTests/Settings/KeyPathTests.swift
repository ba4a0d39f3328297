import Testing

@testable import OpenBao

@Suite struct `A secret's key` {
    @Test(arguments: [
        "a", "vigo/web/auth/dan", "A-b_c.d/0", "...", "a..b", "..a/b..", "-", String(repeating: "a", count: 200),
    ])
    func `is a path of plain segments`(key: String) {
        #expect(KeyPath.isKey(key))
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a b", "a\0b", "ä", "a\\b", "a?b", "a%2fb", "a\n",
        String(repeating: "a", count: 201), String(repeating: "aaa/", count: 128) + "aa",
    ])
    func `is nothing else`(key: String) {
        #expect(!KeyPath.isKey(key))
    }

    @Test(arguments: [
        ("", true), ("a", true), ("a/", true), ("a/b", true), (".", true), ("a/..", true), ("/", false), ("a//", false),
        ("a b", false), ("../", false),
    ])
    func `has what can stand at its beginning`(prefix: String, isOne: Bool) {
        #expect(KeyPath.isPrefix(prefix) == isOne)
    }

    @Test func `lies in a folder`() {
        #expect(KeyPath.folder(ofPrefix: "a/b/c") == "a/b")
        #expect(KeyPath.folder(ofPrefix: "a/b/") == "a/b")
        #expect(KeyPath.folder(ofPrefix: "a") == "")
    }

    @Test func `is sorted byte by byte`() {
        #expect(
            ["a0", "a/b", "a", "a-b", "B", "a.b"].sorted(by: KeyPath.precedes) == ["B", "a", "a-b", "a.b", "a/b", "a0"]
        )
    }
}
