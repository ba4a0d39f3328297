import NIOCore
import Trust

/// What one connection to the API may take, and how many there may be. The admin socket has none of this: it is root's, who must
/// get through when everything else is full.
struct APILimits: Sendable {
    let connections: ConnectionLimit
    /// Beyond the limit, some are still told so before they are closed.
    let refusals = ConnectionLimit(limit: 32, limitPerSource: 4, perSecond: 4, atOnce: 8)
    /// From accepting until a request is there, handshake included.
    var firstRequest = TimeAmount.seconds(15)
    /// From a request's head to its end, at least; a body that arrives at `slowestBody` has more.
    var request = TimeAmount.seconds(30)
    /// Bytes a second.
    var slowestBody = 16 << 10
    /// How long an answer may wait for a client that takes nothing of it.
    var stalledAnswer = TimeAmount.seconds(60)
    /// Between requests.
    var idle = TimeAmount.seconds(75)

    init(connections: ConnectionLimit) {
        self.connections = connections
    }
}
