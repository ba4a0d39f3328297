import Testing

@testable import Trust

@Suite struct SecretKeyTests {
    @Test(arguments: [
        "a", "vigo/web/auth/dan", "tls/ca_key", "A-Z.0_9", "...", "a/..b", String(repeating: "x", count: 200),
    ])
    func `a path of plain segments is a key`(text: String) {
        #expect(SecretKey(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "../a", "a b", "a\0", "a\0b", "a\\b", "ä", "a\n",
        "a*", "a:b",
        "%2e%2e", String(repeating: "x", count: 201), String(repeating: "a/", count: 257) + "a",
    ])
    func `nothing else is: no key names a file outside of the directory`(text: String) {
        #expect(SecretKey(text) == nil)
    }

    @Test func `keys are ordered byte by byte`() {
        let keys = ["a/b", "a", "B", "a.b", "a-b"].compactMap { SecretKey($0) }.sorted().map(\.description)
        #expect(keys == ["B", "a", "a-b", "a.b", "a/b"])
    }
}
