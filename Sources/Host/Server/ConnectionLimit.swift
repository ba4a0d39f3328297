import NIOCore
import Synchronization
package import Trust

/// Counts connections, of one source and in all, so that a crowd of them cannot use the server up.
package final class ConnectionLimit: Sendable {
    private struct State {
        var total = 0
        var bySource: [String: Int] = [:]
        var refused = 0
        var lastNotice: NIODeadline?
        var pace: ConnectionPace
    }

    /// The log is not for whoever is refused to fill.
    private static let noticeInterval = TimeAmount.minutes(1)

    private let limit: Int
    private let limitPerSource: Int
    private let exempt: [CIDR]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limitPerSource: a whole site may come from behind one address.
    ///   - perSecond: connections of one source, of which `atOnce` may come in one moment.
    ///   - exempt: whose connections are those of many: proxies. They count in all.
    package init(
        limit: Int = 1024,
        limitPerSource: Int = 256,
        perSecond: Int = 200,
        atOnce: Int = 512,
        exempt: [CIDR] = []
    ) {
        self.limit = limit
        self.limitPerSource = limitPerSource
        self.exempt = exempt
        state = Mutex(State(pace: ConnectionPace(perSecond: perSecond, atOnce: atOnce)))
    }

    package var count: Int { state.withLock { $0.total } }

    /// A place for a connection from this address; nil when there are too many. Leave it by `leave`, once.
    func enter(_ address: String, at now: NIODeadline = .now()) -> Place? {
        let source = SourceNetwork.name(address)
        let isExempt = exempt.contains { $0.contains(address) }
        let perSource = isExempt ? limit : limitPerSource
        let entered = state.withLock { state in
            guard state.total < limit, state.bySource[source, default: 0] < perSource,
                isExempt || state.pace.admits(source, at: now)
            else {
                state.refused += 1
                return false
            }
            state.total += 1
            state.bySource[source, default: 0] += 1
            return true
        }
        return entered ? Place(connections: self, source: source) : nil
    }

    /// How many were refused since this was asked last; nil as long as the log was told a moment ago.
    func refusalsToTell(at now: NIODeadline = .now()) -> Int? {
        state.withLock { state in
            if let last = state.lastNotice, now - last < Self.noticeInterval { return nil }
            guard state.refused > 0 else { return nil }
            state.lastNotice = now
            defer { state.refused = 0 }
            return state.refused
        }
    }

    private func leave(_ source: String) {
        state.withLock { state in
            state.total -= 1
            let left = state.bySource[source, default: 1] - 1
            state.bySource[source] = left > 0 ? left : nil
        }
    }

    /// One connection's place; leaving twice counts once. On the connection's event loop only.
    final class Place {
        private let connections: ConnectionLimit
        private let source: String
        private var left = false

        init(connections: ConnectionLimit, source: String) {
            self.connections = connections
            self.source = source
        }

        func leave() {
            guard !left else { return }
            left = true
            connections.leave(source)
        }
    }
}
