import NIOCore
import Synchronization

/// Refuses a source that failed too often lately. Only failures count: many operators may share one address.
final class FailureLimiter: Sendable {
    private let limit: Int
    private let window: TimeAmount
    private let sources: Int
    private let failures = Mutex<[String: [NIODeadline]]>([:])

    init(limit: Int = 20, window: TimeAmount = .minutes(1), sources: Int = 10_000) {
        self.limit = limit
        self.window = window
        self.sources = sources
    }

    func isBlocked(_ source: String, at now: NIODeadline = .now()) -> Bool {
        failures.withLock { failures in
            guard let times = failures[source] else { return false }
            let recent = times.filter { now - $0 < window }
            failures[source] = recent.isEmpty ? nil : recent
            return recent.count >= limit
        }
    }

    func failed(_ source: String, at now: NIODeadline = .now()) {
        failures.withLock { failures in
            if failures.count >= sources { failures = failures.filter { $0.value.contains { now - $0 < window } } }
            // Under a flood from ever new addresses memory stays bounded; the oldest knowledge goes.
            if failures.count >= sources { failures.removeAll() }
            failures[source, default: []].append(now)
            if failures[source]!.count > limit { failures[source]!.removeFirst() }
        }
    }
}
