import Testing

@testable import Trust

@Suite struct SecretPlaceholderTests {
    private func keys(_ text: String) -> [String] { SecretPlaceholder.keys(in: text).map(\.description) }

    @Test func `placeholders are found wherever they stand, each once`() {
        let text = """
            user: dan __VIGO_SECRET__a/b__END_VIGO_SECRET__x__VIGO_SECRET__c__END_VIGO_SECRET____VIGO_SECRET__a/b__END_VIGO_SECRET__
            when: ü == '__VIGO_SECRET__vigo/os-users/dan_1__END_VIGO_SECRET__'
            """
        #expect(keys(text) == ["a/b", "c", "vigo/os-users/dan_1"])
    }

    @Test(arguments: [
        "", "plain", "__VIGO_SECRET__", "__END_VIGO_SECRET__", "__VIGO_SECRET__a", "a__END_VIGO_SECRET__",
        "__VIGO_SECRET____END_VIGO_SECRET__", "__VIGO_SECRET__../x__END_VIGO_SECRET__",
        "__VIGO_SECRET__a b__END_VIGO_SECRET__", "__VIGO_SECRET__/a__END_VIGO_SECRET__",
        "__vigo_secret__a__end_vigo_secret__", "_VIGO_SECRET__a__END_VIGO_SECRET__",
        "__VIGO_SECRET__a__END_VIGO_SECRET_",
    ])
    func `what is none is none`(text: String) {
        #expect(keys(text).isEmpty)
    }

    @Test func `a stray mark hides nothing behind it`() {
        #expect(keys("__VIGO_SECRET__ and __VIGO_SECRET__a__END_VIGO_SECRET__") == ["a"])
        #expect(keys("__VIGO_SECRET____VIGO_SECRET__a__END_VIGO_SECRET__").contains { $0.hasSuffix("a") })
    }

    @Test(arguments: ["a", "a/b", "_a_", "vigo/web.x/__", "A-1"])
    func `a key comes out of its placeholder as it went in`(text: String) throws {
        let key = try #require(SecretKey(text))
        #expect(SecretPlaceholder.keys(in: "x" + SecretPlaceholder.text(of: key) + "y") == [key])
    }

    @Test func `a long text of marks takes no long time`() {
        let text = String(repeating: "__VIGO_SECRET__ ", count: 2000) + "__END_VIGO_SECRET__"
        #expect(keys(text).isEmpty)
    }
}
