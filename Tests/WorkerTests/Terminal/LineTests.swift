import Testing

@testable import Worker

@Suite struct LineTests {
    private func told(_ lines: [(String, Double)], _ ledger: inout LineLedger) -> [Bool] {
        lines.map { line, time in ledger.isNew(line, at: time) }
    }

    @Test func `a line is new once, and again when it comes back after a minute`() {
        var ledger = LineLedger()
        let staying = told([("a", 0)] + stride(from: 1.0, to: 300, by: 10).map { ("a", $0) }, &ledger)
        #expect(staying.first == true && !staying.dropFirst().contains(true))
        let others = told([("b", 300), ("c", 340), ("b", 345), ("d", 380), ("e", 420), ("b", 421)], &ledger)
        #expect(others == [true, true, false, true, true, true])
    }

    @Test func `a ledger of ever new lines stays small, and still knows the last of them`() {
        var ledger = LineLedger()
        let news = told((0..<50_000).map { ("\($0)", 0) }, &ledger)
        #expect(!news.contains(false))
        #expect(told([("49999", 0), ("0", 0)], &ledger) == [false, true])
    }

    @Test func `a budget allows a burst, then so much a second`() {
        var budget = TextBudget(burst: 100, perSecond: 10)
        budget.refill(at: 0)
        let burst = [budget.take(100), budget.take(1)]
        budget.refill(at: 1)
        let second = [budget.take(1), budget.take(9), budget.take(1)]
        budget.refill(at: 1000)
        let later = [budget.take(100), budget.take(1)]
        #expect(burst == [true, false] && second == [true, true, false])
        #expect(later == [true, false], "never more than the burst")
    }

    @Test func `plain lines are cut at line feeds, and what was written over is gone`() {
        var lines = PlainLines()
        var told: [String] = []
        func take(_ text: String) {
            _ = Array(text.utf8).withUnsafeBytes {
                lines.take($0) {
                    told.append($0); return true
                }
            }
        }
        take("one\r\ntw")
        take("o\r\n\r\n10%\r20%\r100%\nab\u{8}c\u{7}\td  \n")
        take(String(repeating: "é", count: 600) + "\n")
        #expect(told.prefix(4) == ["one", "two", "100%", "ac d"])
        #expect(told.dropFirst(4).joined() == String(repeating: "é", count: 600))
    }
}
