import NIOCore
import Synchronization

/// Refuses a source that did something too often lately. Of requests only failures are counted: many operators may share one address.
final class SourceLimiter: Sendable {
    private let limit: Int
    private let window: TimeAmount
    private let sources: Int
    private let events = Mutex<[String: [NIODeadline]]>([:])

    init(limit: Int = 20, window: TimeAmount = .minutes(1), sources: Int = 10_000) {
        self.limit = limit
        self.window = window
        self.sources = sources
    }

    func isBlocked(_ source: String, at now: NIODeadline = .now()) -> Bool {
        events.withLock { events in
            guard let times = events[source] else { return false }
            let recent = times.filter { now - $0 < window }
            events[source] = recent.isEmpty ? nil : recent
            return recent.count >= limit
        }
    }

    func count(_ source: String, at now: NIODeadline = .now()) {
        events.withLock { events in
            if events.count >= sources { events = events.filter { $0.value.contains { now - $0 < window } } }
            // Under a flood from ever new addresses memory stays bounded; the oldest knowledge goes.
            if events.count >= sources { events.removeAll() }
            events[source, default: []].append(now)
            if events[source]!.count > limit { events[source]!.removeFirst() }
        }
    }
}
