import Foundation
import NIOCore
import Wire

/// A tunnel that was asked for and is not open yet.
struct PendingTunnel {
    enum State {
        /// The agent has not come; this is what it has to bring.
        case waiting(token: TunnelToken)
        /// The token is burnt: the agent came with it on this channel, and is to answer.
        case opening(any Channel)
    }

    let envoy: UUID
    let request: Vigo_Agent_V1_TunnelOpen
    let opened: EventLoopPromise<OpenedTunnel>
    let onConnected: @Sendable (any EventLoop) -> Void
    var state: State
    var deadline: Scheduled<Void>?

    /// What wakes the agent, as long as it has not come.
    var wakeUp: Vigo_Agent_V1_ServerMessage? {
        guard case .waiting(let token) = state else { return nil }
        var message = Vigo_Agent_V1_ServerMessage()
        message.tunnelRequest.sessionID = request.sessionID
        message.tunnelRequest.token = token.data
        return message
    }
}
