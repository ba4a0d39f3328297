import Foundation
import Synchronization
import Testing

@testable import Host

@Suite struct PasswordThrottleTests {
    private static let start = Date(timeIntervalSince1970: 0)
    private func at(_ seconds: TimeInterval) -> Date { Self.start.addingTimeInterval(seconds) }
    private func dan(_ source: String = "home") -> PasswordThrottle.Attempt { .init(account: "dan", source: source) }

    @Test func `three are free, then each failure doubles the wait, up to five minutes`() {
        var throttle = PasswordThrottle()
        var now: TimeInterval = 0
        var waits: [Int] = []
        for _ in 0..<14 {
            while case .wait(let seconds) = throttle.begin(dan(), at: at(now)) {
                waits.append(seconds)
                now += TimeInterval(seconds)
            }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    }

    @Test func `of a name, no more is remembered than a name can be long`() {
        let name = "a" + String(repeating: "\u{301}", count: 30_000)
        #expect(name.count == 1)
        #expect(PasswordThrottle.Attempt(account: name, source: "home").account.utf8.count <= 66)
    }

    @Test func `who has waited for his turn is not held up by a younger attempt`() {
        var throttle = PasswordThrottle()
        #expect(throttle.begin(dan(), at: at(1)) == .go)
        #expect(throttle.begin(dan(), at: at(0.5)) == .go)
    }

    @Test func `hammering does not make it longer`() {
        var throttle = PasswordThrottle()
        for _ in 0..<3 { #expect(throttle.begin(dan(), at: at(0)) == .go) }
        for _ in 0..<1000 { #expect(throttle.begin(dan(), at: at(0.5)) == .wait(seconds: 1)) }
        #expect(throttle.begin(dan(), at: at(1)) == .go)
    }

    @Test func `attempts at once are not one`() {
        var throttle = PasswordThrottle()
        let let1000 = (0..<1000).filter { _ in throttle.begin(dan(), at: at(0)) == .go }
        #expect(let1000.count == 3)
    }

    @Test func `who knows the password gets in from elsewhere, however many others try`() {
        var throttle = PasswordThrottle()
        for attacker in 0..<5000 {
            _ = throttle.begin(dan("bot \(attacker)"), at: at(TimeInterval(attacker) / 100))
        }
        #expect(throttle.begin(dan("home"), at: at(50)) == .go)
        // Mistyped once: a minute at most, though the others go on.
        #expect(throttle.begin(dan("home"), at: at(51)) == .wait(seconds: 59))
        for attacker in 0..<5000 {
            _ = throttle.begin(dan("more \(attacker)"), at: at(51 + TimeInterval(attacker) / 100))
        }
        #expect(throttle.begin(dan("home"), at: at(110)) == .go)
        throttle.succeeded(dan("home"))
        #expect(throttle.begin(dan("home"), at: at(110)) == .go)
    }

    @Test func `a source that tries many accounts is slowed down, others are not`() {
        var throttle = PasswordThrottle()
        let tried = (0..<100).filter { throttle.begin(.init(account: "user \($0)", source: "bot"), at: at(0)) == .go }
        #expect(tried.count == 20)
        #expect(throttle.begin(.init(account: "user 99", source: "home"), at: at(0)) == .go)
    }

    @Test
    func
        `a right password makes up for the wrong ones before it, and one that could not be checked counts for nothing`()
    {
        var throttle = PasswordThrottle()
        for _ in 0..<50 {
            #expect(throttle.begin(dan(), at: at(0)) == .go)
            #expect(throttle.begin(dan(), at: at(0)) == .go)
            throttle.succeeded(dan())
        }
        for _ in 0..<100 {
            #expect(throttle.begin(dan("office"), at: at(0)) == .go)
            throttle.undecided(dan("office"))
        }
    }

    @Test func `an hour without a failure forgets all`() {
        var throttle = PasswordThrottle()
        for second in 0..<5000 { _ = throttle.begin(dan(), at: at(TimeInterval(second))) }
        let begun = (0..<3).map { _ in throttle.begin(dan(), at: at(5000 + 3600)) }
        #expect(begun == [.go, .go, .go])
    }

    @Test func `a flood from ever new addresses takes bounded memory, and does not free the one that guesses`() {
        var throttle = PasswordThrottle(limit: 400)
        for _ in 0..<3 { _ = throttle.begin(dan("bot"), at: at(100)) }
        for other in 0..<150 {
            _ = throttle.begin(.init(account: "x\(other)", source: "y\(other)"), at: at(TimeInterval(other) / 2))
        }
        #expect(throttle.begin(dan("bot"), at: at(100.5)) == .wait(seconds: 1))
        #expect(throttle.remembered <= 400)
    }

    private final class Running: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        func one() async {
            counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            try? await Task.sleep(for: .milliseconds(20))
            counts.withLock { $0.now -= 1 }
        }

        var most: Int { counts.withLock { $0.most } }
    }

    @Test func `a few at a time of one account, the next when one is done, and not too many waiting`() async throws {
        let (turns, running, attempt) = (PasswordTurns(), Running(), dan())
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { await turns.take(attempt) { await running.one() } != nil } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(running.most == PasswordTurns.atOnce)
        #expect(outcomes.contains(true) && outcomes.contains(false))
        #expect(await turns.take(dan("elsewhere")) { true } == true)
        #expect(turns.count == 0)
    }
}
