import Testing

@testable import Operator

@Suite struct TableTests {
    @Test func `columns are as wide as their widest cell, and lines end without spaces`() {
        let table = Table(
            ["ID", "HOSTNAME", "STATUS"],
            [["63dfa092", "danlap", "active"], ["1", "a-longer-name", "–"]]
        )
        #expect(
            table.text == """
                ID        HOSTNAME       STATUS
                63dfa092  danlap         active
                1         a-longer-name  –
                """
        )
    }

    @Test func `a table without rows is its header`() {
        #expect(Table(["A", "B"], []).text == "A  B")
    }

    @Test func `facts are aligned`() {
        #expect(Facts([("ID", "1"), ("Hostname", "web")]).text == "ID:        1\nHostname:  web")
    }
}
