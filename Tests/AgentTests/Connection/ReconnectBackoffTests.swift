import Testing

@testable import Agent

@Suite struct ReconnectBackoffTests {
    @Test func `pauses double up to a minute, and begin anew after success`() {
        var backoff = ReconnectBackoff()
        let seconds = (0..<9).map { _ in backoff.next(random: 1).components.seconds }
        #expect(seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        backoff.reset()
        #expect(backoff.next(random: 1) == .seconds(1))
    }

    @Test func `jitter shortens a pause by up to half, and never below a second`() {
        for random in [0, 0.3, 0.99] {
            var backoff = ReconnectBackoff()
            #expect(backoff.next(random: random) == .seconds(1))
            _ = backoff.next(random: random)
            let third = backoff.next(random: random)
            #expect(third >= .seconds(2) && third <= .seconds(4))
        }
    }
}
