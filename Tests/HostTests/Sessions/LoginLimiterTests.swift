import Foundation
import Synchronization
import Testing

@testable import Host

@Suite struct LoginLimiterTests {
    @Test func `twenty logins at once all get their turn, never more than eight together`() async throws {
        let limiter = LoginLimiter()
        let envoy = UUID()
        let gauge = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let place = try await limiter.enter(envoy)
                    gauge.add(1)
                    try await Task.sleep(for: .milliseconds(5))
                    gauge.add(-1)
                    place.leave()
                    place.leave()
                }
            }
            try await group.waitForAll()
        }
        #expect((2...8).contains(gauge.most))
    }

    @Test func `envoys do not wait for each other`() async throws {
        let limiter = LoginLimiter(limit: 1)
        let first = try await limiter.enter(UUID())
        let second = try await limiter.enter(UUID())
        withExtendedLifetime((first, second)) {}
    }

    @Test func `who gives up waiting takes nobody's place`() async throws {
        let limiter = LoginLimiter(limit: 1)
        let envoy = UUID()
        let first = try await limiter.enter(envoy)
        let waiting = Task { try await limiter.enter(envoy) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        first.leave()
        let next = try await limiter.enter(envoy)
        next.leave()
    }

    @Test func `a place that is forgotten is given back`() async throws {
        let limiter = LoginLimiter(limit: 1)
        let envoy = UUID()
        _ = try await limiter.enter(envoy)
        let next = try await limiter.enter(envoy)
        next.leave()
    }
}

/// How many there are, and the most that there ever were.
private final class Gauge: Sendable {
    private let state = Mutex((current: 0, most: 0))
    var most: Int { state.withLock { $0.most } }

    func add(_ count: Int) {
        state.withLock { state in
            state.current += count
            state.most = max(state.most, state.current)
        }
    }
}
