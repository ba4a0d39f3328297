import NIOCore
import Synchronization

/// Counts the connections that have not shown who they are, so that a crowd of silent ones cannot use the server up.
package final class UnidentifiedConnections: Sendable {
    private struct State {
        var total = 0
        var bySource: [String: Int] = [:]
    }

    private let limit: Int
    private let limitPerSource: Int
    private let state = Mutex(State())

    /// A whole site may reconnect from behind one address after an outage: agents dial with jitter and try again.
    package init(limit: Int = 1024, limitPerSource: Int = 256) {
        self.limit = limit
        self.limitPerSource = limitPerSource
    }

    package var count: Int { state.withLock { $0.total } }

    /// A place for a connection from `source`; nil when there are too many. Leave it by `leave`, once.
    func enter(_ source: String) -> Place? {
        let entered = state.withLock { state in
            guard state.total < limit, state.bySource[source, default: 0] < limitPerSource else { return false }
            state.total += 1
            state.bySource[source, default: 0] += 1
            return true
        }
        return entered ? Place(connections: self, source: source) : nil
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
        private let connections: UnidentifiedConnections
        private let source: String
        private var left = false

        init(connections: UnidentifiedConnections, source: String) {
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
