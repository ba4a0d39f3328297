package import Foundation
package import Wire

/// The server's end of one envoy's AgentStream: what is put in comes out at the agent, in order.
package final class AgentStream: Sendable {
    /// A healthy agent takes messages at once; one that leaves this many lying is as good as gone.
    static let backlog = 256

    package let envoy: UUID
    package let messages: AsyncStream<Vigo_Agent_V1_ServerMessage>
    private let continuation: AsyncStream<Vigo_Agent_V1_ServerMessage>.Continuation

    package init(envoy: UUID) {
        self.envoy = envoy
        (messages, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
    }

    /// Whether the message will be sent: not when the stream ended or nobody takes its messages.
    @discardableResult
    package func send(_ message: Vigo_Agent_V1_ServerMessage) -> Bool {
        switch continuation.yield(message) {
        case .enqueued: return true
        case .dropped:
            end()
            return false
        default: return false
        }
    }

    /// Ends the stream; the agent sees the call finish.
    package func end() {
        continuation.finish()
    }
}
