import NIOCore
import Testing
import Trust

@testable import Host

@Suite struct ConnectionPaceTests {
    private func at(_ milliseconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(1_000_000) + .milliseconds(milliseconds)
    }

    @Test func `a crowd comes at once, and then as many as the pace allows`() {
        var pace = ConnectionPace(perSecond: 10, atOnce: 5)
        let atOnce = (0..<20).filter { _ in pace.admits("a", at: at(0)) }
        #expect(atOnce.count == 5)
        // Whoever goes on trying gains and loses nothing by it.
        let later = (1...1000).filter { pace.admits("a", at: at(Int64($0))) }
        #expect(later.count == 10)
    }

    @Test func `each source has a pace of its own`() {
        var pace = ConnectionPace(perSecond: 10, atOnce: 1)
        let admitted = [("a", 0), ("a", 1), ("b", 1)].map { pace.admits($0.0, at: at($0.1)) }
        #expect(admitted == [true, false, true])
    }

    @Test func `who has come evenly for a moment is forgotten`() {
        var pace = ConnectionPace(perSecond: 10, atOnce: 5)
        let admitted = (0..<10_000).filter { pace.admits("\($0)", at: at(0)) }
        let late = pace.admits("a", at: at(2000))
        #expect(admitted.count == 10_000 && late && pace.sources == 1)
    }

    @Test func `a connection that left leaves its mark on the pace, and proxies have none`() throws {
        let limit = ConnectionLimit(perSecond: 1, atOnce: 3, exempt: [try #require(CIDR("192.0.2.0/24"))])
        for _ in 0..<3 { limit.enter("198.51.100.7", at: at(0))?.leave() }
        #expect(limit.enter("198.51.100.7", at: at(0)) == nil)
        #expect(limit.enter("198.51.100.7", at: at(1001)) != nil)
        for _ in 0..<100 { #expect(limit.enter("192.0.2.1", at: at(0)) != nil) }
        #expect(limit.refusalsToTell() == 1)
    }
}
