import Testing

@testable import OpenBao

@Suite struct `Repetitions` {
    @Test func `come less and less often, at different times`() {
        #expect(Retry.delay(after: 1, asked: nil, random: 1) == .milliseconds(100))
        #expect(Retry.delay(after: 1, asked: nil, random: 0) == .milliseconds(50))
        #expect(Retry.delay(after: 4, asked: nil, random: 1) == .milliseconds(800))
        #expect(Retry.delay(after: 1000, asked: nil, random: 1) == .seconds(5))
        #expect(Retry.delay(after: 1, asked: .seconds(7), random: 0) == .seconds(7))
    }

    @Test func `are for what passes`() {
        #expect([429, 500, 502, 503, 504, 412, 473].allSatisfy(Retry.isWorthwhile))
        #expect(![200, 400, 403, 404, 405, 501].contains(where: Retry.isWorthwhile))
    }

    @Test func `of a token's life come at two thirds of it`() {
        #expect(Renewal.delay(of: .seconds(3600), random: 1) == .seconds(2400))
        #expect(Renewal.delay(of: .seconds(3600), random: 0) >= .seconds(2159))
        #expect(Renewal.delay(of: .milliseconds(1), random: 1) == .milliseconds(500))
        #expect(Renewal.isNearItsEnd(granted: .seconds(29), first: .seconds(60)))
        #expect(!Renewal.isNearItsEnd(granted: .seconds(31), first: .seconds(60)))
    }

    @Test func `of timers happen in their order, once, and not after they were cancelled`() {
        let timers = Timers()
        var heard: [Int] = []
        timers.after(.zero) { heard.append(1) }
        let cancelled = timers.after(.zero) { heard.append(2) }
        timers.after(.zero) {
            heard.append(3)
            timers.after(.seconds(60)) { heard.append(4) }
        }
        timers.cancel(cancelled)
        #expect(timers.wait == .zero)
        timers.fire()
        timers.fire()
        #expect(heard == [1, 3])
        #expect(timers.wait! > .seconds(50))
        timers.cancelAll()
        #expect(timers.wait == nil)
    }
}
