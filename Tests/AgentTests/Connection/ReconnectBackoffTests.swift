import Testing

@testable import Agent

@Suite struct ReconnectBackoffTests {
    @Test func `pauses double up to a minute, and begin anew after a connection that was healthy`() {
        var backoff = ReconnectBackoff()
        let seconds = (0..<9).map { _ in backoff.next(after: .failed, random: 1).components.seconds }
        #expect(seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(backoff.next(after: .healthy, random: 1) == .seconds(4))
        #expect(backoff.next(after: .failed, random: 1) == .seconds(1))
    }

    @Test func `while nobody listens on the port they stay short, whatever was before`() {
        var backoff = ReconnectBackoff()
        let seconds = (0..<6).map { _ in backoff.next(after: .refused, random: 1).components.seconds }
        #expect(seconds == [1, 2, 4, 8, 10, 10])
        for _ in 0..<9 { _ = backoff.next(after: .failed) }
        #expect(backoff.next(after: .refused, random: 1) == .seconds(10))
        #expect(backoff.next(after: .failed, random: 1) == .seconds(60))
    }

    @Test func `a certificate that was renewed is used within a second`() {
        var backoff = ReconnectBackoff()
        for _ in 0..<9 { _ = backoff.next(after: .failed) }
        #expect(backoff.next(after: .renewed, random: 1) == .seconds(1))
        #expect(backoff.next(after: .renewed, random: 0) == .zero)
        #expect(backoff.next(after: .failed, random: 1) == .seconds(1))
    }

    @Test(arguments: [(0, 500), (0.5, 750), (1, 1000)] as [(Double, Int)])
    func `jitter shortens a pause by up to half, the first one too`(random: Double, first: Int) {
        var backoff = ReconnectBackoff()
        for factor in [1, 2, 4] {
            let expected = Duration.milliseconds(first * factor)
            #expect(backoff.next(after: .failed, random: random) == expected)
        }
    }

    /// When each of a fleet is back, in seconds after all of them lost a server that is away for so long. The same in every run.
    private func returns(of agents: Int, serverAwayFor away: Double) -> [Double] {
        var state: UInt64 = 20_261_125
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        var times: [Double] = []
        for _ in 0..<agents {
            var backoff = ReconnectBackoff()
            var time: Double = backoff.next(after: .healthy, random: random()) / Duration.seconds(1)
            while time < away {
                let pause: Double = backoff.next(after: .refused, random: random()) / Duration.seconds(1)
                time += pause
            }
            times.append(time)
        }
        return times
    }

    @Test(arguments: [0, 2, 15, 120] as [Double])
    func `a fleet is back soon after its server, and not all in one moment`(away: Double) {
        let times = returns(of: 5000, serverAwayFor: away)
        #expect(times.allSatisfy { time in time <= away + 10 })
        let tenths: [Int: [Double]] = Dictionary(grouping: times) { time in Int(time * 10) }
        let busiest: Int = tenths.values.map(\.count).max() ?? 0
        // A tenth of a second that gets more than five times its share would be a stampede.
        #expect(busiest < 5000 / 8, "\(busiest) in a tenth of a second")
    }
}
